using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.Inference;

public sealed class InferenceServiceCollectionExtensionsTests
{
    [Theory]
    [InlineData("ModelPath", " ", "path of a model folder")]
    [InlineData("Dtype", "fp8", "auto, fp32, fp16, int8, int4")]
    [InlineData("ModelFile", "../model.onnx", "without '.', '..'")]
    [InlineData("Device", "tpu", "auto, cpu, cuda")]
    [InlineData("Device", "1", "auto, cpu, cuda")]
    [InlineData("ModelThreads", "-1", "from 0")]
    [InlineData("ModelThreads", "257", "to 256")]
    [InlineData("PrefixCacheBytes", "-1", "from 0")]
    [InlineData("PrefixCacheBytes", "1099511627777", "to 1099511627776")]
    [InlineData("MaxBatchTokens", "-5", "from 0")]
    [InlineData("MaxBatchRows", "5000", "to 4096")]
    [InlineData("CacheBytes", "-1", "from 0")]
    [InlineData("CacheBytes", "17179869185", "to 17179869184")]
    public void A_wrong_setting_is_refused_with_its_name_its_value_and_what_is_allowed(string name, string value, string allowed)
    {
        using var services = Services((name, value));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("Rerank:" + name, error.Message, StringComparison.Ordinal);
        Assert.Contains(value.Trim(), error.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_valid()
    {
        using var services = Services();
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public async Task The_default_model_is_the_demo_beside_the_app()
    {
        await using var services = Services(("Device", "cpu"));
        var model = await services.GetRequiredService<IReranker>().GetModelAsync(null, default);
        Assert.Equal("cross-encoder", model.Family);
        Assert.Equal("XLMRobertaForSequenceClassification", model.Architecture);
        Assert.Equal(512, model.MaxTokens);
        Assert.Equal(("fp32", Device.Cpu), (model.Precision, model.Device));
    }

    [Fact]
    public async Task A_source_registered_before_is_kept()
    {
        await using var services = Services(new NoModel());
        var error = await Assert.ThrowsAsync<ModelLoadException>(() => services.GetRequiredService<IReranker>().GetModelAsync(null, default));
        Assert.Equal("none today", error.Message);
    }

    private static ServiceProvider Services(params (string Name, string Value)[] settings) => Services(null, settings);

    private static ServiceProvider Services(IModelSource? source, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Rerank:MeasurementPath", (string?)Path.Combine(AppContext.BaseDirectory, "runs"))])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Rerank:" + setting.Name, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        if (source is not null)
        {
            services.AddSingleton(source);
        }

        return services.AddReranker(configuration).BuildServiceProvider();
    }

    private sealed class NoModel : IModelSource
    {
        public string NameOf(string path) => "none";

        public Task<string> GetFolderAsync(ModelDefinition model, CancellationToken cancellationToken) => throw new ModelLoadException("none today");
    }
}
