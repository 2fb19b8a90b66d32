using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Runs;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Benchmarks.Graphs;

/// <summary>
/// A graph that is built from safetensors beside an export of the same weights: processor time of the same job in sorted micro-batches, in turn in one process,
/// with the largest difference of logits. Then, each in a process of its own, the time to the first scores and the anonymous memory at its peak and after.
/// </summary>
internal static class GraphBenchmark
{
    private static readonly string[] Sides = ["--model", "--built"];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--model") is not { } export || options.Text("--built") is not { } built)
        {
            Console.Error.WriteLine("graphs: --model FOLDER with an export and --built FOLDER with safetensors are needed");
            return 2;
        }

        if (options.Text("--load") is { } side)
        {
            Load(options, side == "--built" ? built : export, side);
            return 0;
        }

        if (options.Number("--rounds", 5) > 0)
        {
            await CompareAsync(options, export, built);
        }

        foreach (var each in options.Text("--no-load") is null ? Sides : [])
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["graphs", .. args, "--load", each]))!;
            await child.WaitForExitAsync();
        }

        return 0;
    }

    private static async Task CompareAsync(BenchmarkOptions options, string export, string built)
    {
        using var first = Open(options, export, dtype: "fp32");
        using var second = Open(options, built, options.Text("--dtype") ?? "fp32");
        var request = Request(options, export);
        var (exported, other) = (new Side(first, request, options), new Side(second, request, options));
        Way[] ways = [exported.Way("export"), other.Way("built")];
        await Way.AlternateAsync(ways, options.Number("--rounds", 5));
        var ratio = Quartiles.Of(ways[0].Costs.Zip(ways[1].Costs).Select(pair => pair.First.Cpu / pair.Second.Cpu));
        var elapsed = Quartiles.Of(ways[0].Costs.Zip(ways[1].Costs).Select(pair => pair.First.Wall / pair.Second.Wall));
        foreach (var way in ways)
        {
            var cpu = Quartiles.Of(way.Costs.Select(cost => cost.Cpu));
            Console.WriteLine(FormattableString.Invariant(
                $"{way.Name}: {cpu.Median:0.00} s of processor time ({cpu.Lower:0.00} to {cpu.Upper:0.00}), {exported.Tokens / cpu.Median:0} tokens/s"));
        }

        var difference = exported.Logits.Zip(other.Logits).Max(pair => Math.Abs(pair.First - pair.Second));
        Console.WriteLine(
            FormattableString.Invariant($"speed-up {ratio.Median:0.000} ({ratio.Lower:0.000} to {ratio.Upper:0.000}), ")
            + FormattableString.Invariant($"elapsed {elapsed.Median:0.00}, largest difference {difference:0.0E+0}"));
    }

    private static void Load(BenchmarkOptions options, string folder, string side)
    {
        GC.Collect();
        var before = ResidentMemory.AnonymousMegabytes();
        var peak = before;
        using var sampling = new CancellationTokenSource();
        var sampler = new Thread(() =>
        {
            while (!sampling.IsCancellationRequested)
            {
                peak = Math.Max(peak, ResidentMemory.AnonymousMegabytes());
                Thread.Sleep(2);
            }
        });
        sampler.Start();
        var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        using var family = Open(options, folder, side == "--built" ? options.Text("--dtype") ?? "fp32" : "fp32");
        var (elapsed, worked) = (Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - cpu);
        sampling.Cancel();
        sampler.Join();
        GC.Collect();
        var after = ResidentMemory.AnonymousMegabytes();
        Console.WriteLine(FormattableString.Invariant(
            $"{side[2..]}: first scores after {elapsed.TotalSeconds:0.0} s, {worked.TotalSeconds:0.0} s of processor time; ")
            + FormattableString.Invariant($"anonymous memory {before} MB before, {peak} MB at the peak, {after} MB after"));
    }

    private static IModelFamily Open(BenchmarkOptions options, string folder, string dtype) =>
        ModelFamilies.Load(Context(folder, dtype, options.Number("--threads", 1)));

    private static ModelLoadContext Context(string folder, string dtype, int threads) => ModelLoadContext.Create(
        ModelFolder.Open(folder, new WeightRequest(dtype, Device.Cpu)), SessionSource.Create(Device.Cpu, threads, NullLogger.Instance), NullLogger.Instance);

    private static ScoringRequest Request(BenchmarkOptions options, string folder) =>
        new TextGenerator(Context(folder, "fp32", threads: 1).Tokenizer, seed: 1).NextJob(options.Number("--documents", 64));

    private sealed class Side(IModelFamily family, ScoringRequest request, BenchmarkOptions options)
    {
        private readonly MicroBatch _batch = family.CreateMicroBatch();
        private readonly EncodedJob _job = family.Encode(request, CancellationToken.None);

        public float[] Logits { get; private set; } = [];

        /// <summary>Tokens of all pairs, each with its prefix.</summary>
        public int Tokens => Enumerable.Range(0, _job.Count).Sum(_job.TokensOf);

        public Way Way(string name) => new(name, _ => Cost.OfAsync(() =>
        {
            Logits = PairBatches.Sorted([_job], options.Number("--batch-tokens", 512)).RunJob(_batch);
            return Task.CompletedTask;
        }));
    }
}
