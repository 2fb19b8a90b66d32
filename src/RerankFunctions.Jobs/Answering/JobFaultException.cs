using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Answering;

/// <summary>The request or the model is at fault. The job fails, because another attempt would fail in the same way.</summary>
public sealed class JobFaultException(string code, string message) : Exception(message)
{
    /// <summary>The error for the job's status.</summary>
    public JobError Error { get; } = new(code, message);
}
