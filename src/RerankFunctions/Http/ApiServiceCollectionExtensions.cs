using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources;
using RerankFunctions.Settings;

namespace RerankFunctions.Http;

/// <summary>What the HTTP functions need.</summary>
internal static class ApiServiceCollectionExtensions
{
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RequestLimits>(configuration, RequestLimits.Section);
        services.AddSingleton(provider => Role.Of(
            configuration,
            provider.GetRequiredService<IOptions<ModelOptions>>().Value,
            provider.GetRequiredService<IOptions<ModelSourceOptions>>().Value));
        services.AddSingleton<Readiness>();
        return services.AddSingleton(provider => new RerankRequestReader(
            provider.GetRequiredService<IOptions<RequestLimits>>().Value, provider.GetRequiredService<Role>().Model));
    }
}
