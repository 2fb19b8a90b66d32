using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Cutting;
using RerankFunctions.Batches.Finishing;
using RerankFunctions.Batches.Processing;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Reading;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Scoring;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Starting;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Batches.Sweeping;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Settings;

namespace RerankFunctions.Batches;

/// <summary>Registers the life cycle of batches.</summary>
public static class BatchesServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="BatchSubmission"/>, <see cref="DropStart"/>, <see cref="BatchReader"/>, <see cref="BatchProcessor"/>, <see cref="ChunkProcessor"/>,
    /// <see cref="BatchSweeper"/>, <see cref="DropSweeper"/> and <see cref="BatchRetention"/>, with settings that are validated at start. They need the
    /// services of jobs, <see cref="RequestLimits"/> and <see cref="ServedModels"/>. An existing <see cref="IBatchFiles"/> stays.
    /// </summary>
    public static IServiceCollection AddBatches(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<BatchOptions>(configuration, BatchOptions.Section);
        services.AddOptions<BatchOptions>().Validate<IOptions<JobsOptions>>(
            static (batches, jobs) => !batches.Containers.Append(batches.OutputContainer).Contains(jobs.Value.Container),
            $"{BatchOptions.Section} must name no container that is {JobsOptions.Section}:{nameof(JobsOptions.Container)}, which holds the app's own blobs.");
        services.AddMetrics();
        services.TryAddSingleton<BatchMetrics>();
        services.TryAddSingleton<IBatchFiles, AzureBatchFiles>();
        // Nobody waits for the end of a single line.
        services.TryAddSingleton(provider => new BatchLineReader(new RerankRequestReader(
            provider.GetRequiredService<IOptions<RequestLimits>>().Value, provider.GetRequiredService<ServedModels>(), CallbackRule.Disabled)));
        services.TryAddSingleton(provider => new BatchRequestReader(
            provider.GetRequiredService<IOptions<RequestLimits>>().Value, provider.GetRequiredService<IOptions<BatchOptions>>().Value.Containers));
        services.TryAddSingleton<BatchStore>();
        services.TryAddSingleton<ChunkStore>();
        services.TryAddSingleton<BatchProtocol>();
        services.TryAddSingleton<BatchSteps>();
        services.TryAddSingleton<BatchStart>();
        services.TryAddSingleton<BatchSubmission>();
        services.TryAddSingleton<DropStart>();
        services.TryAddSingleton<OutputClaims>();
        services.TryAddSingleton<BatchCutter>();
        services.TryAddSingleton<ChunkText>();
        services.TryAddSingleton<ChunkAttempts>();
        services.TryAddSingleton<OutputWriter>();
        services.TryAddSingleton<BatchAdvance>();
        services.TryAddSingleton<BatchIntake>();
        services.TryAddSingleton<BatchProcessor>();
        services.TryAddSingleton<ChunkProcessor>();
        services.TryAddSingleton<PoisonedBatches>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IPoisonHandler, DropStart>(static provider => provider.GetRequiredService<DropStart>()),
            ServiceDescriptor.Singleton<IPoisonHandler, PoisonedBatches>(static provider => provider.GetRequiredService<PoisonedBatches>()),
        ]);
        services.TryAddSingleton<BatchReader>();
        services.TryAddSingleton<BatchSweeper>();
        services.TryAddSingleton<DropSweeper>();
        services.TryAddSingleton<BatchRetention>();
        return services;
    }
}
