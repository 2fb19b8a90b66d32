using Microsoft.ML.OnnxRuntime;

namespace RerankFunctions.Inference.Onnx;

/// <summary>What a failed run is told as.</summary>
internal static class RunFailure
{
    /// <summary>An exception without the message of ONNX Runtime, which may hold token ids: only its error code is kept.</summary>
    public static ScoringException Of(OnnxRuntimeException failure)
    {
        const string Start = "[ErrorCode:";
        var message = failure.Message.AsSpan();
        var end = message.IndexOf(']');
        var code = message.StartsWith(Start, StringComparison.Ordinal) && end > 0 && end < 64 ? message[Start.Length..end] : "unknown";
        return new ScoringException($"ONNX Runtime could not run the model on these pairs (error {code}).");
    }
}
