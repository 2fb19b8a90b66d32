using System.Text.Json;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.Workloads;

/// <summary>Jobs to measure with.</summary>
/// <param name="Name">Name in the report.</param>
/// <param name="Jobs">The jobs, in the order of their arrival.</param>
internal sealed record Workload(string Name, IReadOnlyList<ScoringRequest> Jobs)
{
    private const string Generated = "generated";

    /// <summary>Number of pairs.</summary>
    public int Pairs => Jobs.Sum(job => job.Documents.Count);

    /// <summary>Opens a workload.</summary>
    /// <param name="name">A file, a name in <c>../shared/workloads</c> beside the repository, or <c>generated</c>; null for the first that there is.</param>
    /// <param name="maxJobs">Maximum number of jobs.</param>
    /// <param name="texts">Generates texts.</param>
    public static Workload Open(string? name, int maxJobs, TextGenerator texts)
    {
        var shared = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "workloads"));
        name ??= File.Exists(Path.Combine(shared, "mixed-50x10.json")) ? "mixed-50x10" : Generated;
        if (name == Generated)
        {
            return new Workload(Generated, [.. Enumerable.Range(0, Math.Min(maxJobs, 50)).Select(_ => texts.NextJob(10))]);
        }

        var file = File.Exists(name) ? name : Path.Combine(shared, $"{name}.json");
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return new Workload(Path.GetFileNameWithoutExtension(file), [.. json.RootElement.EnumerateArray().Take(maxJobs).Select(ReadJob)]);
    }

    private static ScoringRequest ReadJob(JsonElement job) => new(
        job.GetProperty("query").GetString()!,
        [.. job.GetProperty("documents").EnumerateArray().Select(document => document.GetString()!)]);
}
