namespace RerankFunctions.Jobs.Protocol;

/// <summary>The rules of a job's life, as a function without side effects.</summary>
public interface IJobProtocol
{
    /// <summary>Decides what an event leads to.</summary>
    /// <param name="job">The job's state.</param>
    /// <param name="occurrence">The event.</param>
    /// <param name="now">The time.</param>
    Decision Decide(JobRecord job, JobEvent occurrence, Moment now);
}
