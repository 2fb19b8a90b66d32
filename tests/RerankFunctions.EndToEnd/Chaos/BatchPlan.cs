using System.Globalization;

namespace RerankFunctions.EndToEnd.Chaos;

/// <summary>The size of a batch under fire.</summary>
/// <param name="Lines">Number of lines.</param>
/// <param name="Documents">Documents of a line.</param>
/// <param name="Kills">Workers killed.</param>
/// <param name="Seed">What decides the order of events.</param>
internal sealed record BatchPlan(int Lines, int Documents, int Kills, int Seed)
{
    private const string Variable = "RERANK_BATCH";

    /// <summary>The short form, or that of the variable <c>RERANK_BATCH</c>: <c>lines,documents,kills,seed</c>.</summary>
    public static BatchPlan Read() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        && text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray() is [var lines, var documents, var kills, var seed]
            ? new BatchPlan(lines, documents, kills, seed)
            : new BatchPlan(Lines: 200, Documents: 3, Kills: 1, Seed: 1);
}
