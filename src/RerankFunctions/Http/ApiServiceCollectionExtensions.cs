using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.Settings;

namespace RerankFunctions.Http;

/// <summary>Registers what the HTTP functions need.</summary>
internal static class ApiServiceCollectionExtensions
{
    /// <summary>Bodies that the Functions host forwards are not larger than this.</summary>
    private const long MaxHostBodyBytes = 100 * 1024 * 1024;

    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RequestLimits>(configuration, RequestLimits.Section);
        // Above this app's limit: Kestrel cuts the connection at its own, so the client could not read the answer.
        services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = MaxHostBodyBytes);
        services.AddSingleton(provider => Role.Of(
            configuration,
            provider.GetRequiredService<IOptions<ModelOptions>>().Value,
            provider.GetRequiredService<IOptions<ModelSourceOptions>>().Value));
        services.AddSingleton<Readiness>();
        return services.AddSingleton(provider => new RerankRequestReader(
            provider.GetRequiredService<IOptions<RequestLimits>>().Value, provider.GetRequiredService<Role>().Model));
    }
}
