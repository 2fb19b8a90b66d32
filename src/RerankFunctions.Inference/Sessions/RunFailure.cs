using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Sessions;

/// <summary>What a failed run is told as.</summary>
internal static class RunFailure
{
    private const string CodeStart = "[ErrorCode:";
    private const int LongestCode = 64;

    // ONNX Runtime has no error code for it. Its arenas on CPU and CUDA, the C++ library, CUDA and cuBLAS say it so.
    private static readonly SearchValues<string> OutOfMemory = SearchValues.Create(
        ["Failed to allocate memory", "bad_alloc", "bad allocation", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED"], StringComparison.OrdinalIgnoreCase);

    /// <summary>An exception without the message of ONNX Runtime, which may hold token ids: only its error code is kept.</summary>
    /// <returns>
    /// <see cref="InsufficientMemoryException"/> where memory ran out, which another attempt may have; otherwise <see cref="ScoringException"/>.
    /// </returns>
    public static Exception Of(OnnxRuntimeException failure) => Of(failure.Message);

    /// <inheritdoc cref="Of(OnnxRuntimeException)"/>
    internal static Exception Of(ReadOnlySpan<char> message)
    {
        if (message.ContainsAny(OutOfMemory))
        {
            return new InsufficientMemoryException("ONNX Runtime had no memory for a run.");
        }

        var end = message.IndexOf(']');
        var code = message.StartsWith(CodeStart, StringComparison.Ordinal) && end is > 0 and < LongestCode ? message[CodeStart.Length..end] : "unknown";
        return new ScoringException($"ONNX Runtime could not run the model on these pairs (error {code}).");
    }
}
