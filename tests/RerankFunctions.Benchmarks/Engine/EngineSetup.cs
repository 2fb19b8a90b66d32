using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Workloads;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>What the engine is measured with.</summary>
/// <param name="Options">The command line.</param>
/// <param name="Folder">The model folder.</param>
/// <param name="Workload">The jobs.</param>
/// <param name="Threads">Number of threads that run the model.</param>
/// <param name="Rounds">Number of measured rounds.</param>
internal sealed record EngineSetup(BenchmarkOptions Options, string Folder, Workload Workload, int Threads, int Rounds)
{
    /// <summary>The model in the repository.</summary>
    public static string DemoModel { get; } = Path.Combine(AppContext.BaseDirectory, "models", "demo");

    /// <summary>Reads the command line: <c>--model</c>, <c>--workload</c>, <c>--jobs</c> (at most) and <c>--rounds</c>.</summary>
    public static EngineSetup Create(BenchmarkOptions options)
    {
        var folder = options.Text("--model") ?? DemoModel;
        var texts = new TextGenerator(BareSession.ContextOf(folder, 1).Tokenizer, seed: 1);
        var workload = Workload.Open(options.Text("--workload"), options.Number("--jobs", 1_000), texts);
        return new EngineSetup(options, folder, workload, Threads: 1, options.Number("--rounds", 5));
    }

    /// <summary>Describes the measurement for a report.</summary>
    public string Describe()
    {
        var model = Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));
        return FormattableString.Invariant($"model {model}, {Workload.Name}: {Workload.Jobs.Count} jobs, {Workload.Pairs} pairs; rounds: {Rounds}");
    }
}
