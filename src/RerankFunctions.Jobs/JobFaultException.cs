using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs;

/// <summary>The request or the model is at fault: the job fails, and trying again would give the same.</summary>
internal sealed class JobFaultException(string code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What the job's status says.</summary>
    public JobError Error { get; } = new(code, message);
}
