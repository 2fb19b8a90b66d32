using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Settings;

namespace RerankFunctions.Sync;

/// <summary>Registers what the rerank routes need.</summary>
internal static class SyncServiceCollectionExtensions
{
    /// <summary>Adds <see cref="SyncRerank"/>, with settings that are validated at start.</summary>
    public static IServiceCollection AddSync(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<SyncOptions>(configuration, SyncOptions.Section);
        services.AddSingleton<DirectRerank>();
        services.AddSingleton<StoredRerank>();
        services.AddSingleton<SyncRerank>();
        return services.AddSingleton(provider => new DialectRequestReader(
            provider.GetRequiredService<IOptions<RequestLimits>>().Value,
            provider.GetRequiredService<ServedModels>(),
            provider.GetRequiredService<IOptions<SyncOptions>>().Value.AnyModelName));
    }
}
