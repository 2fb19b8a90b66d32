using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Runs;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Sessions;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Benchmarks.Causal;

/// <summary>
/// One job on a causal model in three ways, interleaved: the unchanged export in one padded batch, with the head cut, and with the shared prefix as well.
/// On a busy machine, <c>--by cpu --threads 1</c> compares processor time instead of elapsed time. Peak memory is the highest anonymous resident memory during
/// the job minus that after load and one small run, each in its own process.
/// </summary>
internal static class CausalBenchmark
{
    private const string Query = "which rivers flow through the old town and where do they meet";
    private static readonly string[] Words = ["river", "stone", "bridge", "market", "window", "garden", "letter", "winter", "harbour", "music"];
    private static readonly string[] Variants = ["plain", "cut", "shared"];

    public static int Run(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--model") is not { } model)
        {
            Console.Error.WriteLine("causal: --model FOLDER is missing");
            return 2;
        }

        var context = ModelLoadContext.Create(
            ModelFolder.Open(model, new WeightRequest(options.Text("--dtype") ?? "auto", Device.Cpu)),
            SessionSource.Create(Device.Cpu, options.Number("--threads", 0), NullLogger.Instance),
            NullLogger.Instance);
        var job = new Job(options.Number("--documents", 32), options.Number("--tokens", 32), options.Number("--batch-tokens", 512));
        if (options.Text("--peak") is { } variant)
        {
            Peak(context, variant, job);
            return 0;
        }

        Time(context, options.Number("--repeats", 3), job, options.Text("--variants")?.Split(',') ?? Variants, options.Text("--by") == "cpu");
        foreach (var each in options.Text("--no-peak") is null ? Variants : [])
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["causal", .. args, "--peak", each]))!;
            child.WaitForExit();
        }

        return 0;
    }

    private static void Time(ModelLoadContext context, int repeats, Job job, string[] variants, bool byCpu)
    {
        using var plain = variants.Contains("plain", StringComparer.Ordinal) ? Plain(context) : null;
        using var family = CausalFamily.Load(context);
        var request = Request(context.Tokenizer, job.Documents, job.Tokens);
        var seconds = variants.ToDictionary(variant => variant, _ => new List<double>());
        var first = Array.Empty<float>();
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            foreach (var variant in variants)
            {
                var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                var logits = Score(plain, family, variant, request, job.BatchTokens);
                var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
                var worked = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
                seconds[variant].Add(byCpu ? worked : elapsed);
                first = first.Length == 0 ? logits : first;
                var difference = first.Zip(logits).Max(pair => Math.Abs(pair.First - pair.Second));
                Console.WriteLine(FormattableString.Invariant(
                    $"{variant}: {elapsed:0.00} s, {worked:0.00} s of processor time, largest difference from the first {difference:0.0E+0}"));
            }
        }

        using var shared = (CausalJob)family.Encode(request, CancellationToken.None);
        var rest = Enumerable.Range(0, shared.Count).Average(shared.LengthOf);
        var bound = (shared.Prefix.Length + rest) / rest;
        Console.WriteLine(FormattableString.Invariant(
            $"prefix {shared.Prefix.Length} tokens, rest {rest:0.0} a document, bound (prefix + rest) / rest {bound:0.00}"));
        foreach (var variant in variants)
        {
            var ratio = seconds[variant].Zip(seconds[variants[^1]]).Select(pair => pair.First / pair.Second).Order().ElementAt(repeats / 2);
            var median = seconds[variant].Order().ElementAt(repeats / 2);
            Console.WriteLine(FormattableString.Invariant(
                $"{variant}: median {median:0.00} s, {ratio:0.00} x the time of {variants[^1]} in the same round, {ratio / bound:0.00} of the bound"));
        }
    }

    private static void Peak(ModelLoadContext context, string variant, Job job)
    {
        using var plain = variant == "plain" ? Plain(context) : null;
        using var family = variant == "plain" ? null : CausalFamily.Load(context);
        Score(plain, family, variant, Request(context.Tokenizer, 2, 4), job.BatchTokens);
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
        Score(plain, family, variant, Request(context.Tokenizer, job.Documents, job.Tokens), job.BatchTokens);
        sampling.Cancel();
        sampler.Join();
        Console.WriteLine(FormattableString.Invariant($"{variant}: peak {peak - before} MB beside the {before} MB after load"));
    }

    private static PlainExport Plain(ModelLoadContext context)
    {
        using var graph = OnnxGraph.Open(context.Folder.WeightsPath);
        var prompt = new CausalPrompt(context.Tokenizer, CausalTemplate.Parse(CausalTemplate.Qwen3Reranker), CausalTemplate.WebSearch, 8192);
        return context.Tokenizer.TryGetId("yes", out var yes) && context.Tokenizer.TryGetId("no", out var no)
            ? new PlainExport(context.OpenModel(), prompt, PastInput.Find(graph), context.Folder.Config.VocabularySize, yes, no)
            : throw new InvalidOperationException("The tokenizer has no yes and no.");
    }

    private static float[] Score(PlainExport? plain, CausalFamily? family, string variant, ScoringRequest request, int batchTokens)
    {
        if (variant == "plain")
        {
            return plain!.Score(request);
        }

        using var job = variant == "shared" ? family!.Encode(request, CancellationToken.None) : family!.EncodeApart(request);
        return PairBatches.Sorted([job], batchTokens).RunJob(family.CreateMicroBatch());
    }

    private static ScoringRequest Request(HuggingFaceTokenizer tokenizer, int documents, int tokens)
    {
        var texts = new string[documents];
        using var ids = new TokenBuffer();
        for (var i = 0; i < documents; i++)
        {
            for (var word = 0; ids.Count < tokens; word++)
            {
                texts[i] = $"{texts[i]} {Words[(i + (word * (1 + (i % 7)))) % Words.Length]}";
                ids.Clear();
                tokenizer.Encode(texts[i], TextMode.UserText, ids);
            }

            ids.Clear();
        }

        return new ScoringRequest(Query, texts);
    }

    private sealed record Job(int Documents, int Tokens, int BatchTokens);
}
