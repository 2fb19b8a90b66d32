using System.Globalization;

namespace RerankFunctions.EndToEnd.Chaos;

/// <summary>The size of a chaos run.</summary>
/// <param name="Jobs">Number of jobs.</param>
/// <param name="InFlight">Most jobs at once.</param>
/// <param name="Kills">Workers killed.</param>
/// <param name="Terminations">Workers asked to stop.</param>
/// <param name="Pauses">Times that storage stands still for seconds.</param>
/// <param name="Seed">What decides the order of events.</param>
internal sealed record ChaosPlan(int Jobs, int InFlight, int Kills, int Terminations, int Pauses, int Seed)
{
    private const string Variable = "RERANK_CHAOS";
    private const int MaxRoundJobs = 500;

    /// <summary>The short form, or that of the variable <c>RERANK_CHAOS</c>: <c>jobs,in-flight,kills,terminations,pauses,seed</c>.</summary>
    public static ChaosPlan Read() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        && text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray() is
            [var jobs, var inFlight, var kills, var terminations, var pauses, var seed]
            ? new ChaosPlan(jobs, inFlight, kills, terminations, pauses, seed)
            : new ChaosPlan(Jobs: 30, InFlight: 10, Kills: 1, Terminations: 1, Pauses: 1, Seed: 1);

    /// <summary>Returns the parts that run one after the other, each on storage of its own. Azurite looks through all blobs for each request.</summary>
    public IEnumerable<ChaosPlan> Rounds()
    {
        var rounds = (Jobs + MaxRoundJobs - 1) / MaxRoundJobs;
        return Enumerable.Range(0, rounds).Select(round => new ChaosPlan(
            Share(Jobs, round, rounds),
            InFlight,
            Share(Kills, round, rounds),
            Share(Terminations, round, rounds),
            Share(Pauses, round, rounds),
            Seed + round));
    }

    private static int Share(int total, int round, int rounds) => (total * (round + 1) / rounds) - (total * round / rounds);
}
