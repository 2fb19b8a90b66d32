using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Sessions;

/// <summary>Maps ONNX Runtime failures to exceptions.</summary>
internal static class RunFailure
{
    private const string CodeStart = "[ErrorCode:";
    private const int MaxCodeLength = 64;

    // ONNX Runtime has no error code for this. These are the words of its CPU and CUDA arenas, the C++ library, CUDA and cuBLAS.
    private static readonly SearchValues<string> OutOfMemory = SearchValues.Create(
        ["Failed to allocate memory", "bad_alloc", "bad allocation", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Maps a failed run. Only the error code of ONNX Runtime is kept: its message may hold token ids.</summary>
    /// <returns>
    /// <see cref="InsufficientMemoryException"/> where memory ran out, which another attempt may have; otherwise <see cref="ScoringException"/>.
    /// </returns>
    public static Exception ToException(OnnxRuntimeException failure) => ToException(failure.Message);

    /// <summary>Returns whether a run failed for want of memory.</summary>
    public static bool IsOutOfMemory(OnnxRuntimeException failure) => failure.Message.AsSpan().ContainsAny(OutOfMemory);

    /// <inheritdoc cref="ToException(OnnxRuntimeException)"/>
    internal static Exception ToException(ReadOnlySpan<char> message)
    {
        if (message.ContainsAny(OutOfMemory))
        {
            return new InsufficientMemoryException("ONNX Runtime had not enough memory for a run.");
        }

        var end = message.IndexOf(']');
        var code = message.StartsWith(CodeStart, StringComparison.Ordinal) && end is > 0 and < MaxCodeLength ? message[CodeStart.Length..end] : "unknown";
        return new ScoringException($"ONNX Runtime could not run the model on these pairs (error {code}).");
    }
}
