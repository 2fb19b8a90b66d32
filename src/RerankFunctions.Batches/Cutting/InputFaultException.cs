using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Cutting;

/// <summary>The input, or a part that is stored of it, is at fault. The batch fails, because another attempt would fail in the same way.</summary>
internal sealed class InputFaultException(BatchError error) : Exception(error.Message)
{
    /// <summary>Creates the exception.</summary>
    public InputFaultException(string code, string message)
        : this(new BatchError(code, message))
    {
    }

    /// <summary>The error for the batch's status.</summary>
    public BatchError Error { get; } = error;
}
