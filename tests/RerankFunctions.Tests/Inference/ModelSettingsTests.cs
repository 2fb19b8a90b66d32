using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.Inference;

/// <summary>The settings that name one model or several.</summary>
public sealed class ModelSettingsTests
{
    [Fact]
    public void One_model_has_the_name_of_its_setting_or_of_its_folder_and_its_aliases()
    {
        Assert.Equal(["demo"], Catalog().Models.Select(model => model.Name));
        Assert.Equal("mine", Catalog(("ModelName", "mine")).Default.Name);
        var catalog = Catalog(("ModelPath", "/data/large/"), ("ModelAliases", "rerank-v3.5, jina-reranker-v2"), ("Dtype", "int8"), ("ModelFile", "a.onnx"));
        Assert.Equal(("large", "/data/large/", "int8", "a.onnx"), (catalog.Default.Name, catalog.Default.Path, catalog.Default.Dtype, catalog.Default.File));
        Assert.All(["rerank-v3.5", "jina-reranker-v2", "large", "default", "", null], name => Assert.Same(catalog.Default, catalog.Find(name)));
        Assert.Null(catalog.Find("other"));
    }

    [Fact]
    public void Several_models_have_settings_of_their_own()
    {
        var catalog = Catalog(
            ("Dtype", "int8"),
            ("DefaultModel", "b"),
            ("Models:a:Path", "x"),
            ("Models:a:Aliases", "c,d"),
            ("Models:b:Path", "y"),
            ("Models:b:Dtype", "fp32"),
            ("Models:b:ModelFile", "m.onnx"));
        Assert.Equal(["b", "a"], catalog.Models.Select(model => model.Name));
        Assert.Equal(("x", "int8", null), (catalog.Find("d")!.Path, catalog.Find("d")!.Dtype, catalog.Find("d")!.File));
        Assert.Equal(("y", "fp32", "m.onnx"), (catalog.Default.Path, catalog.Default.Dtype, catalog.Default.File));
        Assert.Equal("Rerank:Models:b:Path", catalog.Default.Settings.Path);
    }

    [Fact]
    public void One_of_several_settings_needs_no_default() => Assert.Equal("a", Catalog(("Models:a:Path", "x")).Default.Name);

    [Theory]
    [InlineData("Rerank:Models:a:Path is ''. It must be", "Models:a:Dtype", "int8")]
    [InlineData("Rerank:Models:a:Dtype is 'fp8'. It must be one of auto", "Models:a:Path", "x", "Models:a:Dtype", "fp8")]
    [InlineData("Rerank:Models:a:ModelFile is '../m'. It must be", "Models:a:Path", "x", "Models:a:ModelFile", "../m")]
    [InlineData("Rerank:Models:a:Aliases is 'default'. Each name must have", "Models:a:Path", "x", "Models:a:Aliases", "default")]
    [InlineData("Rerank:ModelPath is 'y'. It must be left out", "Models:a:Path", "x", "ModelPath", "y")]
    [InlineData("Rerank:ModelAliases is 'y'. It must be left out", "Models:a:Path", "x", "ModelAliases", "y")]
    [InlineData("Rerank:DefaultModel is ''. It must be one of a, b.", "Models:a:Path", "x", "Models:b:Path", "x")]
    [InlineData("Rerank:DefaultModel is 'c'. It must be one of a, b.", "Models:a:Path", "x", "Models:b:Path", "x", "DefaultModel", "c")]
    [InlineData("Rerank:DefaultModel is 'c'. It must be left out", "DefaultModel", "c")]
    [InlineData(
        "Rerank:Models gives the name 'b' to two models, b and a.", "Models:a:Path", "x", "Models:b:Path", "x", "DefaultModel", "a", "Models:a:Aliases", "b")]
    [InlineData("Rerank:ModelName is 'default'. It must have", "ModelName", "default")]
    [InlineData("Rerank:ModelMemoryBytes is '-1'. It must be from 0", "ModelMemoryBytes", "-1")]
    [InlineData("Rerank:ModelMemoryBytes is 'much'. It must be of type Int64.", "ModelMemoryBytes", "much")]
    [InlineData("Rerank:ModelMinResidency is '-00:00:01'. It must be from", "ModelMinResidency", "-00:00:01")]
    public void A_wrong_setting_is_named_at_start(string message, params string[] settings)
    {
        using var services = Services([.. settings.Chunk(2).Select(setting => (setting[0], setting[1]))]);
        var failures = Record.Exception(() => services.GetRequiredService<IStartupValidator>().Validate()) switch
        {
            OptionsValidationException exception => exception.Failures,
            AggregateException exception => exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures),
            _ => [],
        };
        Assert.Contains(failures, failure => failure.StartsWith(message, StringComparison.Ordinal));
    }

    private static ModelCatalog Catalog(params (string Name, string Value)[] settings)
    {
        using var services = Services(settings);
        services.GetRequiredService<IStartupValidator>().Validate();
        return services.GetRequiredService<ModelCatalog>();
    }

    private static ServiceProvider Services((string Name, string Value)[] settings) => new ServiceCollection()
        .AddLogging()
        .AddReranker(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Rerank:{setting.Name}", (string?)setting.Value)))
            .Build())
        .BuildServiceProvider();
}
