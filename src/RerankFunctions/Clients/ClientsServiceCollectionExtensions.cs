using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Settings;

namespace RerankFunctions.Clients;

/// <summary>Registers who may call the rerank routes.</summary>
internal static class ClientsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ClientAccess"/> and <see cref="ClientMetrics"/>, with settings that are validated at start.</summary>
    public static IServiceCollection AddClients(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSecretSettings<ClientOptions>(configuration, ClientOptions.Section, ClientOptions.ReadKeys);
        services.AddMetrics();
        services.AddSingleton<ClientKeys>();
        services.AddSingleton<ClientAccess>();
        return services.AddSingleton<ClientMetrics>();
    }
}
