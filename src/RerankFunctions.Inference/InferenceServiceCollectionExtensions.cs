using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Scoring;
using RerankFunctions.Inference.Serving;
using RerankFunctions.Inference.Telemetry;
using RerankFunctions.Settings;

namespace RerankFunctions.Inference;

/// <summary>Registers the reranker.</summary>
public static class InferenceServiceCollectionExtensions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Rerank";

    /// <summary>
    /// Adds <see cref="IReranker"/> and <see cref="ModelCatalog"/> with their settings, which are validated at start. The first call that needs a model
    /// loads it; a host that wants it before the first job calls <see cref="IReranker.GetModelAsync"/> when it starts.
    /// An <see cref="IModelSource"/> that is registered already is kept; otherwise models come from local folders.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configuration">The root of the configuration.</param>
    public static IServiceCollection AddReranker(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        AddModels(services, configuration);
        services.AddSettings<ScoringOptions>(configuration, Section);
        services.AddSettings<CacheOptions>(configuration, Section);
        services.AddSecretSettings<SharedCacheOptions>(configuration, Section, static (_, _) => { });
        services.AddMetrics();
        services.TryAddSingleton<EngineInstruments>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CostStore>();
        services.TryAddSingleton<Calibrator>();
        services.TryAddSingleton<IModelLoader, ModelLoader>();
        services.TryAddSingleton<ModelMemory>();
        services.TryAddSingleton<EngineFactory>();
        services.TryAddSingleton<ResidentModels>();
        services.TryAddSingleton<CacheSecret>();
        services.TryAddSingleton<PairHasher>();
        services.TryAddSingleton<ScoreCache>();
        services.TryAddSingleton<ScoreFormat>();
        services.TryAddSingleton<ISharedScores>(provider => provider.GetRequiredService<IOptions<SharedCacheOptions>>().Value.CacheRedis is null
            ? new NoSharedScores()
            : ActivatorUtilities.CreateInstance<RedisScores>(provider));
        services.TryAddSingleton<IReranker, Reranker>();
        return services;
    }

    private static void AddModels(IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        services.AddSettings<ModelOptions>(configuration, Section);
        foreach (var name in ModelSettings.NamesIn(section))
        {
            services.AddSettings<NamedModelOptions>(configuration, $"{NamedModelOptions.Section}:{name}", name);
        }

        services.TryAddSingleton(provider => new ModelSettings(section, provider.GetRequiredService<IOptionsMonitor<NamedModelOptions>>()));
        services.AddSingleton<IValidateOptions<ModelOptions>>(provider => provider.GetRequiredService<ModelSettings>());
        services.TryAddSingleton<IModelSource, LocalModelSource>();
        services.TryAddSingleton(provider => provider.GetRequiredService<ModelSettings>().Read(
            provider.GetRequiredService<IOptions<ModelOptions>>().Value, provider.GetRequiredService<IModelSource>()));
    }
}
