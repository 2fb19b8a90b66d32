using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Hosting;
using RerankFunctions.Settings;

namespace RerankFunctions.Http;

/// <summary>Registers what the HTTP functions need.</summary>
internal static class ApiServiceCollectionExtensions
{
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RequestLimits>(configuration, RequestLimits.Section);
        services.AddSettings<ApiOptions>(configuration, ApiOptions.Section);
        // Above this app's limit: Kestrel cuts the connection at its own, so the client could not read the answer.
        services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = RequestBody.MaxHostBytes);
        services.PostConfigure<ForwardedHeadersOptions>(options => ConfigureForwardedHeaders(options, configuration));
        services.AddSingleton<Readiness>();
        services.AddSingleton<JobUrls>();
        services.AddSingleton<BodyBudget>();
        services.AddSingleton(provider => provider.GetRequiredService<Role>().Models);
        return services.AddSingleton(provider => new RerankRequestReader(
            provider.GetRequiredService<IOptions<RequestLimits>>().Value,
            provider.GetRequiredService<ServedModels>(),
            provider.GetRequiredService<CallbackRule>()));
    }

    /// <summary>The last entry of each header is the Functions host's own; those before it come from proxies, or from anybody.</summary>
    private static void ConfigureForwardedHeaders(ForwardedHeadersOptions options, IConfiguration configuration)
    {
        // Read without validation, which must not keep the server from starting.
        var trusts = bool.TryParse(configuration[$"{ApiOptions.Section}:{nameof(ApiOptions.TrustForwardedHeaders)}"], out var value) && value;
        options.ForwardLimit = trusts ? null : 1;
        if (trusts)
        {
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
        }
    }
}
