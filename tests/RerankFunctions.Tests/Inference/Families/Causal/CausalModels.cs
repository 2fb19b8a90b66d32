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
            ModelFolder.Open(folder, new WeightRequest(dtype, Device.Cpu)),
            SessionSource.Create(Device.Cpu, 1, NullLogger.Instance),
            logger ?? NullLogger.Instance);

    public static CausalFamily Load(string folder, CausalFeatures features, string dtype = "fp32") => CausalFamily.Load(Context(folder, dtype), features);

    /// <summary>Scores the pairs of a job, so many to a micro-batch.</summary>
    public static float[] Score(CausalFamily family, EncodedJob job, int rows)
    {
        var logits = new float[job.Count];
        var batch = family.CreateMicroBatch();
        foreach (var part in Enumerable.Range(0, job.Count).Select(index => new EncodedPair(job, index)).Chunk(rows))
        {
            batch.Prepare(part);
            batch.Run(logits.AsSpan(part[0].Index, part.Length));
        }

        return logits;
    }
}
