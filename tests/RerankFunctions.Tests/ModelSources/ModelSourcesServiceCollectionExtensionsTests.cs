using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.ModelSources;

public sealed class ModelSourcesServiceCollectionExtensionsTests
{
    [Fact]
    public async Task A_model_named_on_the_hub_is_fetched_from_there()
    {
        await using var hub = await HubFixture.StartAsync();
        await using var services = ModelSourceServices.Create(new()
        {
            ["Rerank:ModelPath"] = $"hf:owner/name@{FakeHub.Commit}",
            ["Rerank:ModelCachePath"] = hub.Cache,
            ["Rerank:Device"] = "cpu",
            ["HF_ENDPOINT"] = hub.Hub.Address,
        });

        var folder = await services.GetFolderAsync(default);

        Assert.StartsWith(hub.Cache, folder, StringComparison.Ordinal);
        Assert.EndsWith("auto-cpu", folder, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_folder_stays_what_the_reranker_reads_itself()
    {
        var folder = Directory.CreateTempSubdirectory("rerank-model-").FullName;
        await using var services = ModelSourceServices.Create(new() { ["Rerank:ModelPath"] = folder });

        Assert.Equal(folder, await services.GetFolderAsync(default));
        Directory.Delete(folder);
    }

    [Theory]
    [InlineData("Rerank:ModelPath", "hf:name-without-owner", "hf:owner/name@revision")]
    [InlineData("Rerank:ModelPath", "http://account.blob.core.windows.net/models", "https")]
    [InlineData("HF_ENDPOINT", "http://hub.example", "HF_ENDPOINT")]
    [InlineData("HF_TOKEN", "a b", "HF_TOKEN")]
    public async Task A_wrong_setting_is_named_at_start(string name, string value, string message)
    {
        await using var services = ModelSourceServices.Create(new() { ["Rerank:ModelPath"] = "hf:owner/name", [name] = value });

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ModelOptions>>().Value);

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ModelMaxBytes", "0", "at least 1")]
    [InlineData("ModelMaxBytes", "abc", "Int64")]
    [InlineData("ModelName", " a", "white space")]
    [InlineData("ModelName", "a\nb", "control characters")]
    public async Task A_wrong_setting_is_told_with_name_value_and_what_is_allowed(string name, string value, string allowed)
    {
        await using var services = ModelSourceServices.Create(new() { [$"Rerank:{name}"] = value });

        var failure = Assert.Single(
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate()).Failures);

        Assert.Contains($"Rerank:{name}", failure, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", failure, StringComparison.Ordinal);
        Assert.Contains(allowed, failure, StringComparison.Ordinal);
    }
}
