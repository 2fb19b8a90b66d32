using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Decides whether a job is retried after an attempt that ended with an exception, and whether that attempt counts.</summary>
internal static class RetryPolicy
{
    /// <summary>Returns the consequence of an exception for its job.</summary>
    /// <param name="exception">The exception that ended the attempt.</param>
    /// <param name="isStopping">Whether the process was told to stop.</param>
    public static AttemptFailure Classify(Exception exception, bool isStopping) => exception switch
    {
        JobFaultException fault => AttemptFailure.Fails(fault.Error),
        ScoringException { IsNotFinite: true } => AttemptFailure.Fails(new JobError(FailureCodes.ScoresNotFinite, exception.Message)),
        ScoringException => AttemptFailure.Fails(new JobError(FailureCodes.ModelError, exception.Message)),

        // A deployment whose model does not load must not use up the attempts of its jobs.
        ModelLoadException => AttemptFailure.Interrupted,
        _ => isStopping ? AttemptFailure.Interrupted : AttemptFailure.Retried,
    };
}

/// <summary>The consequence of a failed attempt for its job.</summary>
/// <param name="Error">The error with which the job fails; null when it is retried.</param>
/// <param name="IsInterruption">Whether the attempt does not count.</param>
internal readonly record struct AttemptFailure(JobError? Error, bool IsInterruption)
{
    /// <summary>The job is retried and the attempt does not count.</summary>
    public static AttemptFailure Interrupted { get; } = new(null, true);

    /// <summary>The job is retried and the attempt counts.</summary>
    public static AttemptFailure Retried { get; } = new(null, false);

    /// <summary>The job fails: another attempt would fail in the same way.</summary>
    public static AttemptFailure Fails(JobError error) => new(error, false);
}
