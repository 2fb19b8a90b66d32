using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Callbacks;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Jobs.Callbacks;

/// <summary>Callbacks over the network, to a receiver in this process.</summary>
public sealed class CallbackSenderTests : IAsyncLifetime
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];
    private static readonly byte[] OldKey = [.. Enumerable.Range(100, 24).Select(number => (byte)number)];

    private readonly WebApplication _receiver;
    private readonly List<(HttpRequest Request, Dictionary<string, string> Headers, string Body)> _calls = [];
    private Func<HttpContext, Task> _answer = context => Task.CompletedTask;

    public CallbackSenderTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key.ToUpperInvariant(), header => header.Value.ToString());
            _calls.Add((context.Request, headers, await reader.ReadToEndAsync()));
            await _answer(context);
        });
    }

    private Uri Address => new(_receiver.Urls.Single());

    public Task InitializeAsync() => _receiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task A_callback_carries_a_signature_that_the_receiver_can_verify()
    {
        using var sender = Sender($"whsec_{Convert.ToBase64String(Key)} whsec_{Convert.ToBase64String(OldKey)}", Address.Authority);
        var outcome = await sender.SendAsync(Address, "job1", "{\"a\":1}"u8.ToArray(), default);
        Assert.Equal(new CallbackOutcome(null, 200), outcome);
        var (_, headers, body) = Assert.Single(_calls);
        Assert.Equal("{\"a\":1}", body);
        Assert.Equal("application/json", headers["CONTENT-TYPE"]);
        Assert.Equal("job1", headers["WEBHOOK-ID"]);
        var signed = Encoding.UTF8.GetBytes($"job1.{headers["WEBHOOK-TIMESTAMP"]}.{body}");
        Assert.Equal(
            $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key, signed))} v1,{Convert.ToBase64String(HMACSHA256.HashData(OldKey, signed))}",
            headers["WEBHOOK-SIGNATURE"]);
    }

    [Fact]
    public async Task A_name_that_resolves_to_a_private_address_is_not_called()
    {
        // As after a change of its records: the name itself has passed the check of requests.
        using var sender = Sender(null, "other.example:1");
        var outcome = await sender.SendAsync(new Uri($"http://localhost:{Address.Port}/"), "job1", [], default);
        Assert.True(outcome.IsFinal);
        Assert.Contains("not public", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _answer = context =>
        {
            context.Response.Redirect(new Uri(Address, "/elsewhere").ToString(), permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        using var sender = Sender(null, Address.Authority);
        var outcome = await sender.SendAsync(Address, "job1", [], default);
        Assert.Equal((true, (int?)307), (outcome.IsFinal, outcome.StatusCode));
        Assert.Single(_calls);
    }

    [Theory]
    [InlineData(500, false)]
    [InlineData(404, false)]
    [InlineData(410, true)]
    public async Task An_error_is_final_only_where_the_receiver_says_so(int status, bool isFinal)
    {
        _answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        };
        using var sender = Sender(null, Address.Authority);
        var outcome = await sender.SendAsync(Address, "job1", [], default);
        Assert.Equal((isFinal, (int?)status), (outcome.IsFinal, outcome.StatusCode));
        Assert.NotNull(outcome.Error);
        Assert.Equal(isFinal ? null : TimeSpan.FromMinutes(2), outcome.RetryAfter);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_given_up_after_the_time_limit()
    {
        var time = new FakeTime();
        var arrived = new TaskCompletionSource();
        _answer = async context =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        using var sender = Sender(null, Address.Authority, time);
        var sending = sender.SendAsync(Address, "job1", [], default);
        await arrived.Task;
        Assert.True(time.FireNext());
        Assert.Contains("no answer within 10 s", (await sending).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_who_listens_is_an_error_that_another_try_may_mend()
    {
        var address = Address;
        await _receiver.StopAsync();
        using var sender = Sender(null, address.Authority);
        var outcome = await sender.SendAsync(address, "job1", [], default);
        Assert.Equal((false, (int?)null), (outcome.IsFinal, outcome.StatusCode));
        Assert.DoesNotContain(address.Authority, outcome.Error, StringComparison.Ordinal);
    }

    private static CallbackSender Sender(string? secret, string allowed, TimeProvider? time = null) => new(
        Options.Create(new CallbackOptions { CallbackSecret = secret, CallbackAllowedHosts = allowed }),
        new CallbackRule(true, new HashSet<string> { allowed }),
        time ?? TimeProvider.System);
}
