using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Decides what an exception that ended an attempt means for its job.</summary>
internal static class RetryPolicy
{
    /// <summary>Returns the event that the exception amounts to.</summary>
    /// <param name="exception">The exception that ended the attempt.</param>
    /// <param name="isStopping">Whether the process was told to stop.</param>
    /// <param name="owner">The attempt.</param>
    public static JobEvent Classify(Exception exception, bool isStopping, string owner) => exception switch
    {
        JobFaultException fault => new JobEvent.Faulted(owner, fault.Error),
        ScoringException { IsNotFinite: true } => new JobEvent.Faulted(owner, new JobError(FailureCodes.ScoresNotFinite, exception.Message)),
        TextTooLongException tooLong => new JobEvent.Faulted(owner, new JobError(FailureCodes.TextTooLong, RequestScoring.Describe(tooLong))),
        ScoringException => new JobEvent.Faulted(owner, new JobError(FailureCodes.ModelError, exception.Message)),

        // A deployment whose model does not load must not use up the attempts of its jobs.
        ModelLoadException => new JobEvent.Interrupted(owner),
        _ => isStopping ? new JobEvent.Interrupted(owner) : new JobEvent.Missed(owner),
    };
}
