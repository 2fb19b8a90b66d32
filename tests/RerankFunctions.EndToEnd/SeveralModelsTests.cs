using System.Net;
using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd;

/// <summary>A deployment with two models, whether both fit into memory or one.</summary>
public sealed class SeveralModelsTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly string Small = Path.Combine(Repository.Root, "tests", "RerankFunctions.Tests", "Models", "safetensors", "bert-tiny");

    private static readonly (string Name, string Value)[] TwoModels =
    [
        ("Rerank:Models:demo:Path", "models/demo"),
        ("Rerank:Models:demo:Aliases", "rerank-v3.5, bge"),
        ("Rerank:Models:small:Path", Small),
        ("Rerank:Models:small:Aliases", "jina-reranker-v2"),
        ("Rerank:DefaultModel", "demo"),
    ];

    [Theory]
    [InlineData("0", true)]
    [InlineData("6000000", false)]
    public async Task Each_job_is_scored_by_the_model_that_it_names(string memory, bool bothFit)
    {
        await using var app = await AppServer.StartAsync(
            azurite.ConnectionString,
            [.. TwoModels, ("Rerank:ModelMemoryBytes", memory), ("Rerank:ModelMinResidency", "00:00:00"), ("Rerank:CacheBytes", "0")]);
        var byDefault = await ScoresAsync(app.Api, null, "demo");
        var small = await ScoresAsync(app.Api, "small", "small");
        Assert.NotEqual(byDefault, small);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(small, await ScoresAsync(app.Api, "jina-reranker-v2", "small"));
            Assert.Equal(byDefault, await ScoresAsync(app.Api, i == 0 ? "default" : "rerank-v3.5", "demo"));
        }

        var statuses = (await ReadAsync(app.Api, "/v1/models"))["data"]!.AsArray().Select(model => (string?)model!["status"]).ToArray();
        Assert.Equal(bothFit ? ["loaded", "loaded"] : ["loaded", "unloaded"], statuses);
    }

    [Fact]
    public async Task An_unknown_model_is_refused_with_the_names_that_are_served()
    {
        await using var app = await AppServer.StartAsync(azurite.ConnectionString, TwoModels);
        using var response = await app.Api.PostAsync(new JsonObject { ["model"] = "gpt", ["query"] = "q", ["documents"] = new JsonArray("a") });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var error = Assert.Single((await Api.ReadAsync(response))["errors"]!.AsArray())!;
        Assert.Equal(("/model", "is not served here; leave it out, or use one of \"demo\", \"small\""), ((string?)error["path"], (string?)error["message"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_models_are_listed_with_what_this_process_knows_of_them(bool isWorker)
    {
        await using var app = await AppServer.StartAsync(azurite.ConnectionString, [.. TwoModels, .. isWorker ? [] : AppServer.NoWorker]);
        if (isWorker)
        {
            await ScoresAsync(app.Api, "small", "small");
        }

        var list = await ReadAsync(app.Api, "/v1/models");
        Assert.Equal("list", (string?)list["object"]);
        var models = list["data"]!.AsArray();
        Assert.Equal(["demo", "small"], models.Select(model => (string?)model!["id"]));
        Assert.Equal([true, false], models.Select(model => (bool)model!["default"]!));
        Assert.Equal(["rerank-v3.5", "bge"], models[0]!["aliases"]!.AsArray().Select(alias => (string?)alias));
        Assert.All(models, model =>
        {
            Assert.Equal(("model", "rerank-functions"), ((string?)model!["object"], (string?)model["owned_by"]));
            Assert.True((long)model["created"]! > 0);
            Assert.Equal(1000, (int)model["limits"]!["max_documents"]!);
            Assert.Equal(isWorker ? "loaded" : null, (string?)model["status"]);
            Assert.Equal(isWorker ? 512 : null, (int?)model["max_tokens"]);
            Assert.Equal(isWorker, model["revision"] is not null);
        });
    }

    [Fact]
    public async Task A_model_that_fails_leaves_the_others_and_readiness_alone()
    {
        await using var app = await AppServer.StartAsync(
            azurite.ConnectionString, [.. TwoModels.Where(setting => setting.Value != Small), ("Rerank:Models:small:Path", "models/none")]);

        Assert.NotEmpty(await ScoresAsync(app.Api, "demo", "demo"));

        var other = Assert.Single((await ReadAsync(app.Api, "/readyz"))["other_models"]!.AsArray())!;
        Assert.Equal(("small", "failed", "model_not_found"), ((string?)other["name"], (string?)other["status"], (string?)other["code"]));
    }

    private static async Task<double[]> ScoresAsync(Api api, string? model, string name)
    {
        string[] documents = ["Paris is the capital of France.", "The Nile is a river in Africa."];
        var request = new JsonObject
        {
            ["query"] = "What is the capital of France?",
            ["documents"] = new JsonArray([.. documents.Select(document => JsonValue.Create(document))]),
            ["raw_scores"] = true,
        };
        if (model is not null)
        {
            request["model"] = model;
        }

        var status = await api.RerankAsync(request);
        Assert.Equal(name, (string?)status["model"]);
        return [.. status["results"]!.AsArray().OrderBy(result => (int)result!["index"]!).Select(result => (double)result!["relevance_score"]!)];
    }

    private static async Task<JsonNode> ReadAsync(Api api, string path)
    {
        using var response = await api.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await Api.ReadAsync(response);
    }
}
