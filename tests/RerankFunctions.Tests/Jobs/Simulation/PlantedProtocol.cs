using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>The rules of a job's life with one defect.</summary>
/// <param name="rules">The right rules.</param>
/// <param name="spoil">Turns a right decision into a wrong one.</param>
internal sealed class PlantedProtocol(IJobProtocol rules, Func<JobRecord, JobEvent, Moment, Decision, Decision> spoil) : IJobProtocol
{
    public Decision Decide(JobRecord job, JobEvent occurrence, Moment now) => spoil(job, occurrence, now, rules.Decide(job, occurrence, now));
}
