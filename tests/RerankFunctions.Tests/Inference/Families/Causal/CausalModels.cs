using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Tests.Inference.Families.Causal;

/// <summary>Loads the causal models that tests run.</summary>
internal static class CausalModels
{
    public static readonly CausalFeatures None = new(CutHead: false, SharePrefix: false);

    public static ModelLoadContext Context(string folder, string dtype = "fp32", ILogger? logger = null) =>
        ModelLoadContext.Create(
            ModelFolder.Open(folder, dtype, Device.Cpu),
            SessionSource.Create(Device.Cpu, 1, NullLogger.Instance),
            logger ?? NullLogger.Instance);

    public static CausalFamily Load(string folder, CausalFeatures features, string dtype = "fp32") => CausalFamily.Load(Context(folder, dtype), features);

    /// <summary>Scores the pairs of a job, so many to a micro-batch.</summary>
    public static float[] Score(CausalFamily family, EncodedJob job, int rows)
    {
        var logits = new float[job.Count];
        var pairs = Enumerable.Range(0, job.Count).ToArray();
        for (var start = 0; start < pairs.Length; start += rows)
        {
            var part = pairs.AsSpan(start, Math.Min(rows, pairs.Length - start));
            family.Score(job, part, logits.AsSpan(start, part.Length), CancellationToken.None);
        }

        return logits;
    }
}
