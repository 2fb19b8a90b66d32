using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families;

/// <summary>The run that shows at load whether a model works. Its texts are not of users, so the messages of ONNX Runtime may be shown.</summary>
internal static class FirstRun
{
    /// <summary>Runs a part of the load and maps its failures.</summary>
    /// <param name="file">Name of the ONNX file, for messages.</param>
    /// <param name="run">The part of the load.</param>
    /// <exception cref="ModelLoadException">The run failed.</exception>
    public static void Execute(string file, Action run)
    {
        try
        {
            run();
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or ScoringException)
        {
            throw new ModelLoadException($"{file}: the first run failed: {SessionSource.OneLine(exception.Message)}", exception);
        }
    }

    /// <summary>Scores all pairs of a job in one micro-batch. Pairs of different lengths show outputs of a wrong shape.</summary>
    public static void Score(IModelFamily family, EncodedJob job)
    {
        var batch = family.CreateMicroBatch();
        batch.Prepare([.. Enumerable.Range(0, job.Count).Select(index => new EncodedPair(job, index))]);
        batch.RunUnmapped(new float[job.Count]);
    }
}
