using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Loading;

/// <summary>The memory that all loaded models may use together.</summary>
/// <param name="catalog">The models.</param>
/// <param name="options">The setting.</param>
/// <param name="logger">Receives the default that is used.</param>
internal sealed partial class ModelMemory(ModelCatalog catalog, IOptions<ModelOptions> options, ILogger<ModelMemory> logger)
{
    private readonly Lock _lock = new();
    private long? _budget;

    /// <summary>Maximum size of all weights in memory, in bytes; the largest number for no limit. The first call may start the device.</summary>
    public long Budget
    {
        get
        {
            lock (_lock)
            {
                return _budget ??= Find();
            }
        }
    }

    /// <summary>Creates the failure of a model that exceeds the budget alone.</summary>
    public static ModelLoadException TooLarge(ModelDefinition model, long bytes, long budget) =>
        new($"The model {model.Name} has {bytes:N0} bytes of weights, and all models together may have {budget:N0}; Rerank:ModelMemoryBytes sets the limit.")
        {
            Code = ModelFailureCodes.ModelTooLarge,
        };

    private long Find()
    {
        if (options.Value.ModelMemoryBytes is { } set)
        {
            return set == 0 ? long.MaxValue : set;
        }

        if (catalog.Models.Count == 1)
        {
            return long.MaxValue;
        }

        var device = SessionSource.Create(options.Value.Device, options.Value.ModelThreads, logger).Device;
        if ((device == Device.Cuda ? CudaMemory.FindTotal() * 3 / 4 : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2) is not { } budget)
        {
            LogUnknown(logger);
            return long.MaxValue;
        }

        var name = DeviceNames.NameOf(device);
        LogBudget(logger, budget, name);
        return budget;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "All models together may have {Bytes} bytes of weights in memory on {Device}.")]
    private static partial void LogBudget(ILogger logger, long bytes, string device);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The memory of the device is not known, so models have no limit; Rerank:ModelMemoryBytes sets one.")]
    private static partial void LogUnknown(ILogger logger);
}
