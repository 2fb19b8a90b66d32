using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Decides what an exception that ended an attempt means for its job.</summary>
public static class RetryPolicy
{
    /// <summary>Returns the event that the exception amounts to.</summary>
    /// <param name="exception">The exception that ended the attempt.</param>
    /// <param name="isStopping">Whether the process was told to stop.</param>
    /// <param name="owner">The attempt.</param>
    public static JobEvent Classify(Exception exception, bool isStopping, string owner) =>
        FindFault(exception) is { } fault ? new JobEvent.Faulted(owner, fault)
        : IsInterruption(exception, isStopping) ? new JobEvent.Interrupted(owner)
        : new JobEvent.Missed(owner);

    /// <summary>Returns the error with which a job fails whose request or model is at fault; null when another attempt may succeed.</summary>
    public static JobError? FindFault(Exception exception) => exception switch
    {
        JobFaultException fault => fault.Error,
        ScoringException { IsNotFinite: true } => new JobError(FailureCodes.ScoresNotFinite, exception.Message),
        TextTooLongException tooLong => new JobError(FailureCodes.TextTooLong, RequestScoring.Describe(tooLong)),
        ScoringException => new JobError(FailureCodes.ModelError, exception.Message),
        _ => null,
    };

    /// <summary>Whether the attempt does not count. A deployment whose model does not load must not use up the attempts of its jobs.</summary>
    public static bool IsInterruption(Exception exception, bool isStopping) => isStopping || exception is ModelLoadException;
}
