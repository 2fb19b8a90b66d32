using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference;
using RerankFunctions.ModelSources;

namespace RerankFunctions.Tests.ModelSources;

public sealed class ModelSourceServicesTests
{
    [Fact]
    public async Task A_model_named_on_the_hub_is_fetched_from_there()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var services = Services(new()
        {
            ["Rerank:ModelPath"] = $"hf:owner/name@{HubServer.Commit}",
            ["Rerank:ModelCachePath"] = hub.Cache,
            ["Rerank:Device"] = "cpu",
            ["HF_ENDPOINT"] = hub.Hub.Address,
        });

        var folder = await services.GetRequiredService<IModelSource>().GetFolderAsync(default);

        Assert.StartsWith(hub.Cache, folder, StringComparison.Ordinal);
        Assert.EndsWith("auto-cpu", folder, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_folder_stays_what_the_reranker_reads_itself()
    {
        var folder = Directory.CreateTempSubdirectory("rerank-model-").FullName;
        await using var services = Services(new() { ["Rerank:ModelPath"] = folder });

        Assert.Equal(folder, await services.GetRequiredService<IModelSource>().GetFolderAsync(default));
        Directory.Delete(folder);
    }

    [Theory]
    [InlineData("Rerank:ModelPath", "hf:name-without-owner", "hf:owner/name@revision")]
    [InlineData("Rerank:ModelPath", "http://account.blob.core.windows.net/models", "https")]
    [InlineData("HF_ENDPOINT", "http://hub.example", "HF_ENDPOINT")]
    [InlineData("HF_TOKEN", "a b", "HF_TOKEN")]
    public async Task A_wrong_setting_is_named_at_start(string name, string value, string message)
    {
        await using var services = Services(new() { ["Rerank:ModelPath"] = "hf:owner/name", [name] = value });

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ModelOptions>>().Value);

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_size_limit_below_one_is_refused()
    {
        await using var services = Services(new() { ["Rerank:ModelMaxBytes"] = "0" });

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ModelSourceOptions>>().Value);

        Assert.Contains("Rerank:ModelMaxBytes", error.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddModelSources(configuration)
            .AddReranker(configuration)
            .BuildServiceProvider();
    }
}
