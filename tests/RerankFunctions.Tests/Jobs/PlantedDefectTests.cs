using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

/// <summary>The simulation finds each of these defects. One that it did not find could be in the app, too.</summary>
public sealed class PlantedDefectTests
{
    private const int Seeds = 1_000;

    private static readonly Dictionary<string, Plant> Plants = new(StringComparer.Ordinal)
    {
        ["lease not checked on finish"] = Rules((job, occurrence, now, decision) =>
            occurrence is JobEvent.Completed completed && decision.Verdict == Verdict.Lost
            ? new Decision(Verdict.Done)
            {
                Before = [new JobAction.StoreAnswer(job.Attempt, completed.Answer)],
                Next = job.Succeed(now.Local),
                After = [new JobAction.DeleteMarker()],
            }
            : decision),
        ["marker deleted first"] = Rules((_, _, _, decision) => decision with
        {
            Before = [.. decision.Before, .. decision.After.OfType<JobAction.DeleteMarker>()],
            After = [.. decision.After.Where(action => action is not JobAction.DeleteMarker)],
        }),
        ["state swapped before the result"] = Rules((_, _, _, decision) => decision with { Before = [], After = [.. decision.Before, .. decision.After] }),
        ["poison always fails"] = Rules((job, occurrence, now, decision) => occurrence is JobEvent.Poisoned && decision.Next is not null
            ? decision with
            {
                Next = job.Fail(new JobError(FailureCodes.AttemptsExhausted, "A message was poisoned."), now.Local),
                After = [new JobAction.DeleteMarker()],
            }
            : decision),
        ["idempotency check after write"] = new Plant(Blobs: (blobs, _) => new PlantedBlobs(blobs)
        {
            Overlooks = name => name.StartsWith("idempotency/", StringComparison.Ordinal),
        }),
        ["interruption not counted"] = Rules((job, occurrence, _, decision) => occurrence is JobEvent.Interrupted && decision.Next is { } next
            ? decision with { Next = next with { Interruptions = job.Interruptions } }
            : decision),
        ["late write of a marker not looked for"] = Rules((job, occurrence, _, decision) => occurrence is JobEvent.Swept && job.IsEnded()
            ? decision with { After = [] }
            : decision),
        ["sweeper trusts its own clock"] = new Plant(SweeperBlobs: (blobs, time) => new PlantedBlobs(blobs) { Time = _ => time.GetUtcNow() }),
    };

    public static TheoryData<string> Names => [.. Plants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_simulation_finds(string defect)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                ProtocolSimulation.Run(seed, Plants[defect]);
            }
            catch (InvalidOperationException)
            {
                return;
            }
        }

        Assert.Fail($"{Seeds} schedules did not find it.");
    }

    private static Plant Rules(Func<JobRecord, JobEvent, Moment, Decision, Decision> spoil) =>
        new(Protocol: rules => new PlantedProtocol(rules, spoil));
}
