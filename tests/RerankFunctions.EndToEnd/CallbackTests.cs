using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd;

/// <summary>A client that gives an address instead of polling.</summary>
public sealed class CallbackTests
{
    [Fact]
    public async Task The_status_of_an_ended_job_comes_signed_to_the_address_of_its_request()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var received = new TaskCompletionSource<(IReadOnlyDictionary<string, string> Headers, string Body)>();
        await using var receiver = await StartAsync(received);
        var address = new Uri(receiver.Urls.Single());
        var azurite = new Azurite();
        await azurite.InitializeAsync();
        try
        {
            await using var app = await AppServer.StartAsync(
                azurite.ConnectionString,
                ("Rerank:CallbackSecret", $"whsec_{Convert.ToBase64String(key)}"),
                ("Rerank:CallbackAllowedHosts", address.Authority));
            using var response = await app.Api.PostAsync(new JsonObject
            {
                ["query"] = "Which fruit is yellow?",
                ["documents"] = new JsonArray("Bananas are yellow.", "The sea is deep."),
                ["callback_url"] = new Uri(address, "/hook").ToString(),
            });
            var id = (await Api.ReadAsync(response))["id"]!.GetValue<string>();

            var (headers, body) = await received.Task.WaitAsync(Deadline.Long);
            var status = JsonNode.Parse(body)!;
            Assert.Equal(id, status["id"]!.GetValue<string>());
            Assert.Equal("succeeded", status["status"]!.GetValue<string>());
            Assert.Equal(0, status["results"]![0]!["index"]!.GetValue<int>());
            Assert.Equal(id, headers["webhook-id"]);
            var signed = Encoding.UTF8.GetBytes($"{id}.{headers["webhook-timestamp"]}.{body}");
            Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}", headers["webhook-signature"]);
            await Deadline.UntilAsync(
                async () =>
                {
                    using var answer = await app.Api.GetAsync($"/v1/jobs/{id}");
                    return (await Api.ReadAsync(answer))["callback"]?["status"]?.GetValue<string>() == "delivered";
                },
                "The job's status tells that the callback is delivered");

            using var refused = await app.Api.PostAsync(new JsonObject
            {
                ["query"] = "q",
                ["documents"] = new JsonArray("a"),
                ["callback_url"] = "https://169.254.169.254/",
            });
            Assert.Equal("/callback_url", (await Api.ReadAsync(refused))["errors"]![0]!["path"]!.GetValue<string>());
        }
        finally
        {
            await azurite.DisposeAsync();
        }
    }

    private static async Task<WebApplication> StartAsync(
        TaskCompletionSource<(IReadOnlyDictionary<string, string> Headers, string Body)> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = builder.Build();
        receiver.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            received.TrySetResult((headers, await reader.ReadToEndAsync()));
        });
        await receiver.StartAsync();
        return receiver;
    }
}
