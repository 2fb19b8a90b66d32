using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Contracts;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;
using RerankFunctions.ModelSources;
using RerankFunctions.Settings;

namespace RerankFunctions.Cli.Scoring;

/// <summary>The services of a model in this process, as the app registers them.</summary>
internal static class LocalServices
{
    private const string StorageSetting = "AzureWebJobsStorage";

    /// <summary>Creates the services; nothing is loaded yet.</summary>
    /// <param name="configuration">From <see cref="LocalSettings.Configure"/>.</param>
    /// <param name="log">Receives what the user should know while a model is fetched and loaded.</param>
    public static ServiceProvider Create(IConfiguration configuration, TextWriter log)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(new NoticeLoggerProvider(log)));
        services.AddModelSources(configuration, _ => new BlobAccess(options => ConnectBlobs(configuration, options), new DefaultAzureCredential()));
        services.AddReranker(configuration);
        services.AddSettings<RequestLimits>(configuration, RequestLimits.Section);
        services.AddSingleton(provider => new RerankRequestReader(
            provider.GetRequiredService<IOptions<RequestLimits>>().Value,
            provider.GetRequiredService<ModelCatalog>().ToServed(),
            CallbackRule.Disabled));
        return services.BuildServiceProvider();
    }

    private static BlobServiceClient ConnectBlobs(IConfiguration configuration, BlobClientOptions options) =>
        configuration[StorageSetting] is { Length: > 0 } connection
            ? new BlobServiceClient(connection, options)
            : throw CliException.Usage($"A model in blob:container/prefix needs the connection string of its storage account in {StorageSetting}.");
}
