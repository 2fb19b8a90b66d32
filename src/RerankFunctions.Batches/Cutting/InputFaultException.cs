using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Cutting;

/// <summary>The input is at fault. The batch fails, because another attempt would fail in the same way.</summary>
internal sealed class InputFaultException(string code, string message) : Exception(message)
{
    /// <summary>The error for the batch's status.</summary>
    public BatchError Error { get; } = new(code, message);
}
