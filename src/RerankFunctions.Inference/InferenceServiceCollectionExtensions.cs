using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Scoring;
using RerankFunctions.Settings;

namespace RerankFunctions.Inference;

/// <summary>Registers the reranker.</summary>
public static class InferenceServiceCollectionExtensions
{
    /// <summary>The section of the configuration that the settings stand in.</summary>
    public const string Section = "Rerank";

    /// <summary>
    /// Adds <see cref="IReranker"/> with its settings, validated at start. The model is loaded at the first call of one of its members,
    /// once per process; a host that wants it before the first job calls <see cref="IReranker.GetModelAsync"/> when it starts.
    /// An <see cref="IModelSource"/> registered before is kept; otherwise the model comes from a local folder.
    /// </summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="configuration">The root of the configuration; its section <see cref="Section"/> is read.</param>
    public static IServiceCollection AddReranker(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSettings<ModelOptions>(configuration, Section);
        services.AddSettings<ScoringOptions>(configuration, Section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IModelSource, LocalModelSource>();
        services.TryAddSingleton<ModelLoader>();
        services.TryAddSingleton<IReranker>(provider => new Reranker(
            provider.GetRequiredService<ModelLoader>().LoadAsync,
            provider.GetRequiredService<IOptions<ScoringOptions>>().Value));
        return services;
    }
}
