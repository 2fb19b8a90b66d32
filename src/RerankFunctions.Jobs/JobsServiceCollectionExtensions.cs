using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Callbacks;
using RerankFunctions.Jobs.Cancellation;
using RerankFunctions.Jobs.Listing;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;
using RerankFunctions.Jobs.Sweeping;
using RerankFunctions.Jobs.Synchronous;
using RerankFunctions.Jobs.Telemetry;
using RerankFunctions.Settings;

namespace RerankFunctions.Jobs;

/// <summary>Registers the life cycle of jobs.</summary>
public static class JobsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="JobSubmission"/>, <see cref="JobReader"/>, <see cref="JobLister"/>, <see cref="JobCancellation"/>, <see cref="JobProcessor"/>,
    /// <see cref="PoisonSweeper"/>, <see cref="JobSweeper"/>, <see cref="JobRetention"/>, <see cref="DirectAnswers"/>, <see cref="CallbackProcessor"/>,
    /// <see cref="CallbackRule"/> and <see cref="StorageHealth"/>, with settings that are validated at start. <see cref="JobProcessor"/> and
    /// <see cref="DirectAnswers"/> need an <see cref="IReranker"/>. An existing <see cref="TimeProvider"/>, <see cref="IBlobStore"/> or
    /// <see cref="IJobMessages"/> stays.
    /// </summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<JobsOptions>(configuration, JobsOptions.Section);
        services.AddSecretSettings<StorageOptions>(
            configuration, StorageOptions.Section, (options, section) => options.ConnectionString = section.Value);

        services.AddSecretSettings<CallbackOptions>(configuration, JobsOptions.Section, static (_, _) => { });
        services.TryAddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<CallbackOptions>>().Value;
            return new CallbackRule(options.IsEnabled, options.AllowedHosts);
        });

        services.AddMetrics();
        services.TryAddSingleton<JobMetrics>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Drain>();
        services.TryAddSingleton<StorageAccount>();
        services.TryAddSingleton<StorageClients>();
        services.TryAddSingleton<StorageClock>();
        services.TryAddSingleton<IBlobStore, AzureBlobStore>();
        services.TryAddSingleton<IJobMessages, AzureJobMessages>();
        services.TryAddSingleton<IPoisonQueues, AzurePoisonQueues>();
        services.TryAddSingleton<StorageHealth>();
        services.TryAddSingleton<JobStore>();
        services.TryAddSingleton<JobStatusReader>();
        services.TryAddSingleton<AttemptNames>();
        services.TryAddSingleton<JobWatches>();
        services.TryAddSingleton<JobReader>();
        services.TryAddSingleton<JobSubmission>();
        services.TryAddSingleton<JobIntake>();
        services.TryAddSingleton<JobBudget>();
        services.TryAddSingleton<IJobProtocol, JobProtocol>();
        services.TryAddSingleton<JobSteps>();
        services.TryAddSingleton<CheckpointStore>();
        services.TryAddSingleton<JobAttempts>();
        services.TryAddSingleton<ScoringReadiness>();
        services.TryAddSingleton<JobProcessor>();
        services.TryAddSingleton<DirectAnswers>();
        services.TryAddSingleton<JobCancellation>();
        services.TryAddSingleton<JobLister>();
        services.TryAddSingleton<JobSweeper>();
        services.TryAddSingleton<JobRetention>();
        services.TryAddSingleton<PoisonedJobs>();
        services.TryAddSingleton<CallbackStore>();
        services.TryAddSingleton<ICallbackSender, CallbackSender>();
        services.TryAddSingleton<CallbackProcessor>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IPoisonHandler, PoisonedJobs>(static provider => provider.GetRequiredService<PoisonedJobs>()),
            ServiceDescriptor.Singleton<IPoisonHandler, CallbackProcessor>(static provider => provider.GetRequiredService<CallbackProcessor>()),
        ]);
        services.TryAddSingleton<PoisonSweeper>();
        return services;
    }
}
