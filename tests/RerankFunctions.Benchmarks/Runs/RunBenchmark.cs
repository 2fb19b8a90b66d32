using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Benchmarks.Runs;

/// <summary>
/// Elapsed and processor time of single runs by rows × length, the least of many interleaved rounds, and the cost of a run that fits them best: a + b × cells.
/// <c>--long N</c> then runs one pair of N tokens among short runs and shows the resident memory.
/// </summary>
internal static class RunBenchmark
{
    private const string DefaultShapes = "1x16,1x64,1x128,1x256,4x16,4x32,4x128,16x16,16x32,32x16,64x8";
    private const int ShortRuns = 50;
    private static readonly string[] Words = ["a", "b", "c", "d", "e", "f", "g", "h"];

    public static int Run(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--model") is not { } model)
        {
            Console.Error.WriteLine("runs: --model FOLDER is missing");
            return 2;
        }

        using var family = ModelFamilies.Load(ModelLoadContext.Create(
            ModelFolder.Open(model, new WeightRequest(options.Text("--dtype") ?? "auto", Device.Cpu)),
            SessionSource.Create(Device.Cpu, options.Number("--threads", 0), NullLogger.Instance),
            NullLogger.Instance));
        var shapes = Array.ConvertAll((options.Text("--shapes") ?? DefaultShapes).Split(','), shape => Shape.Create(family, shape));
        for (var round = 0; round < options.Number("--rounds", 100); round++)
        {
            Array.ForEach(shapes, shape => shape.Run());
        }

        Console.WriteLine("| rows × length | cells | elapsed ms | processor ms |\n| --- | --- | --- | --- |");
        foreach (var shape in shapes)
        {
            Console.WriteLine(FormattableString.Invariant($"| {shape.Rows} × {shape.Length} | {shape.Cells} | {shape.Elapsed:0.00} | {shape.Worked:0.00} |"));
        }

        Fit("elapsed", shapes, shape => shape.Elapsed);
        Fit("processor", shapes, shape => shape.Worked);
        if (options.Number("--long", 0) is > 0 and var tokens)
        {
            RunLong(shapes[0], Shape.Create(family, $"1x{tokens}"));
        }

        Array.ForEach(shapes, shape => shape.Dispose());
        return 0;
    }

    // Least squares of the relative error.
    private static void Fit(string name, Shape[] shapes, Func<Shape, double> time)
    {
        var (w, wx, wxx, wy, wxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var shape in shapes)
        {
            var (x, y) = ((double)shape.Cells, time(shape));
            var weight = 1 / (y * y);
            (w, wx, wxx, wy, wxy) = (w + weight, wx + (weight * x), wxx + (weight * x * x), wy + (weight * y), wxy + (weight * x * y));
        }

        var b = ((w * wxy) - (wx * wy)) / ((w * wxx) - (wx * wx));
        var a = (wy - (b * wx)) / w;
        var worst = shapes.Max(shape => Math.Abs(((a + (b * shape.Cells)) / time(shape)) - 1));
        Console.WriteLine(FormattableString.Invariant(
            $"{name}: a = {a:0.00} ms a run, b = {b * 1000:0.0} µs a cell, a / b = {a / b:0} cells, off by at most {worst:0%}"));
    }

    private static void RunLong(Shape usual, Shape unusual)
    {
        using (unusual)
        {
            usual.Run();
            Console.WriteLine($"resident memory after short runs: {ResidentMemory.AnonymousMegabytes()} MB");
            for (var round = 0; round < 3; round++)
            {
                unusual.Run();
                var after = ResidentMemory.AnonymousMegabytes();
                var first = usual.Run();
                var median = Enumerable.Range(0, ShortRuns).Select(_ => usual.Run()).Order().ElementAt(ShortRuns / 2);
                var later = ResidentMemory.AnonymousMegabytes();
                Console.WriteLine(FormattableString.Invariant(
                    $"after 1 × {unusual.Length}: {after} MB; next short run {first:0.00} ms, median {median:0.00} ms; then {later} MB"));
            }

            Console.WriteLine(FormattableString.Invariant($"1 × {unusual.Length}: {unusual.Elapsed:0} ms elapsed, {unusual.Worked:0} ms processor"));
        }
    }

    private sealed class Shape(EncodedJob job, MicroBatch batch, int length) : IDisposable
    {
        private readonly float[] _logits = new float[job.Count];

        public int Rows => job.Count;

        public int Length => length;

        public int Cells => Rows * length;

        /// <summary>Shortest elapsed time in milliseconds.</summary>
        public double Elapsed { get; private set; } = double.MaxValue;

        /// <summary>Least processor time in milliseconds.</summary>
        public double Worked { get; private set; } = double.MaxValue;

        public static Shape Create(IModelFamily family, string shape)
        {
            var sizes = Array.ConvertAll(shape.Split('x'), size => int.Parse(size, CultureInfo.InvariantCulture));
            var (rows, length) = (sizes[0], sizes[1]);
            using var one = Encode(family, rows, 1);
            var job = Encode(family, rows, 1 + length - one.LengthOf(0));
            return Enumerable.Range(0, rows).All(pair => job.LengthOf(pair) == length)
                ? new Shape(job, family.CreateMicroBatch(), length)
                : throw new ArgumentException($"The model cannot have {rows} pairs of {length} tokens, only of {job.LengthOf(0)}.");
        }

        /// <summary>Runs once and returns the elapsed milliseconds.</summary>
        public double Run()
        {
            batch.Prepare([.. Enumerable.Range(0, Rows).Select(pair => new EncodedPair(job, pair))]);
            var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            batch.Run(_logits);
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Elapsed = Math.Min(Elapsed, elapsed);
            Worked = Math.Min(Worked, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
            return elapsed;
        }

        public void Dispose() => job.Dispose();

        private static EncodedJob Encode(IModelFamily family, int rows, int words) => family.Encode(
            new ScoringRequest("q", [.. Enumerable.Range(0, rows).Select(row => Text(row, Math.Max(1, words)))]), CancellationToken.None);

        private static string Text(int row, int words) => string.Join(' ', Enumerable.Range(row, words).Select(word => Words[word % Words.Length]));
    }
}
