using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Calibration;

/// <summary>The costs that are kept on disk, a file for each model, device, number of threads and machine.</summary>
/// <param name="scoring">The folder.</param>
/// <param name="model">The number of threads.</param>
/// <param name="logger">Receives why a file cannot be read or written. The model is measured at every start then.</param>
internal sealed partial class CostStore(IOptions<ScoringOptions> scoring, IOptions<ModelOptions> model, ILogger<CostStore> logger)
{
    private const int MaxFileBytes = 4096;
    private const int MaxCells = 1 << 22;

    /// <summary>Reads a model's cost.</summary>
    /// <returns>The cost; null if there is none, or none that is valid.</returns>
    public RunCost? Read(ModelDescription description)
    {
        var path = PathOf(description);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MaxFileBytes)
            {
                return null;
            }

            var cost = JsonSerializer.Deserialize(File.ReadAllBytes(path), CostJson.Default.RunCost);
            return cost is { FixedCells: >= 0 and <= MaxCells, MaxTokens: > 0 and <= MaxCells, MaxRows: > 0 and <= ScoringOptions.MaxRows } ? cost : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnusable(logger, path, exception.GetType().Name);
            return null;
        }
    }

    /// <summary>Writes a model's cost. Another process may write the same file.</summary>
    public void Write(ModelDescription description, RunCost cost)
    {
        var path = PathOf(description);
        var temporary = $"{path}.{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(scoring.Value.MeasurementFolder);
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(cost, CostJson.Default.RunCost));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnusable(logger, path, exception.GetType().Name);
        }
    }

    private string PathOf(ModelDescription description)
    {
        var facts = string.Join(
            '\n',
            description.Revision,
            DeviceNames.NameOf(description.Device),
            description.Precision,
            model.Value.ModelThreads,
            Environment.ProcessorCount,
            Machine(description.Device),
            OrtEnv.Instance().GetVersionString());
        return Path.Combine(scoring.Value.MeasurementFolder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(facts)))}.json");
    }

    // Replicas have names of their own, but processors of the same kind. Devices beside the processor are not told apart.
    private static string Machine(Device device)
    {
        const string ProcessorFacts = "/proc/cpuinfo";
        var processor = File.Exists(ProcessorFacts)
            ? File.ReadLines(ProcessorFacts).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return device == Device.Cpu && processor is not null ? processor : Environment.MachineName;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The measured cost of the model's runs cannot be kept in {Path}: {Exception}")]
    private static partial void LogUnusable(ILogger logger, string path, string exception);
}

/// <summary>The form of the files.</summary>
[JsonSerializable(typeof(RunCost))]
internal sealed partial class CostJson : JsonSerializerContext;
