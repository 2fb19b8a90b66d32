using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Settings;

namespace RerankFunctions.Jobs;

/// <summary>Registers the life cycle of jobs.</summary>
public static class JobsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="JobSubmission"/>, <see cref="JobReader"/>, <see cref="JobProcessor"/>, <see cref="PoisonedJobs"/> and
    /// <see cref="StorageHealth"/>, with settings that are checked at start. <see cref="JobProcessor"/> needs an
    /// <see cref="IReranker"/> from elsewhere; a <see cref="TimeProvider"/>, <see cref="IBlobStore"/> or <see cref="IJobMessages"/>
    /// registered before stays.
    /// </summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSettings<JobsOptions>(configuration, JobsOptions.Section);
        services.AddSecretSettings<StorageOptions>(
            configuration, StorageOptions.Section, (options, section) => options.ConnectionString = section.Value);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Drain>();
        services.TryAddSingleton<StorageAccount>();
        services.TryAddSingleton<StorageClients>();
        services.TryAddSingleton<IBlobStore, AzureBlobStore>();
        services.TryAddSingleton<IJobMessages, AzureJobMessages>();
        services.TryAddSingleton<JobStore>();
        services.TryAddSingleton<JobIntake>();

        // Their constructors take internal types, which the container does not call by itself.
        services.TryAddSingleton(provider => new JobReader(
            provider.GetRequiredService<JobStore>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new JobSubmission(
            provider.GetRequiredService<JobStore>(),
            provider.GetRequiredService<IJobMessages>(),
            provider.GetRequiredService<JobReader>(),
            provider.GetRequiredService<IOptions<JobsOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<JobSubmission>>()));
        services.TryAddSingleton(provider => new JobProcessor(
            provider.GetRequiredService<JobIntake>(),
            provider.GetRequiredService<JobStore>(),
            provider.GetRequiredService<IReranker>(),
            provider.GetRequiredService<IOptions<JobsOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<JobProcessor>>()));
        services.TryAddSingleton(provider => new PoisonedJobs(
            provider.GetRequiredService<JobIntake>(),
            provider.GetRequiredService<IJobMessages>(),
            provider.GetRequiredService<ILogger<PoisonedJobs>>()));
        services.TryAddSingleton(provider => new StorageHealth(
            provider.GetRequiredService<JobStore>(),
            provider.GetRequiredService<IJobMessages>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
