using RerankFunctions.Benchmarks.App;
using RerankFunctions.Benchmarks.Caching;
using RerankFunctions.Benchmarks.Causal;
using RerankFunctions.Benchmarks.Cli;
using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Fairness;
using RerankFunctions.Benchmarks.Graphs;
using RerankFunctions.Benchmarks.Report;
using RerankFunctions.Benchmarks.Runs;
using RerankFunctions.Benchmarks.Tokenizing;

return args switch
{
    ["engine", .. var rest] => await EngineBenchmark.RunAsync(rest),
    ["fairness", .. var rest] => await FairnessBenchmark.RunAsync(rest),
    ["cli", .. var rest] => await CliBenchmark.RunAsync(rest),
    ["app", .. var rest] => await AppBenchmark.RunAsync(rest),
    ["latency", .. var rest] => await AppBenchmark.RunLatencyAsync(rest),
    ["report", .. var rest] => ReportFolder.Join(rest),
    ["batch", .. var rest] => await BatchBenchmark.RunAsync(rest),
    ["sync", .. var rest] => await SyncBenchmark.RunAsync(rest),
    ["waiting", .. var rest] => await WaitingBenchmark.RunAsync(rest),
    ["cache"] => CacheBenchmark.Run(),
    ["causal", .. var rest] => CausalBenchmark.Run(rest),
    ["graphs", .. var rest] => await GraphBenchmark.RunAsync(rest),
    ["memory", .. var rest] => await MemoryBenchmark.RunAsync(rest),
    ["runs", .. var rest] => RunBenchmark.Run(rest),
    ["tokenizers"] => TokenizerBenchmark.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: RerankFunctions.Benchmarks engine [--model FOLDER] [--workload FILE|NAME|generated] [--jobs N]");
    Console.Error.WriteLine("         [--threads N,N] [--rounds N] [--causal-model FOLDER] [--causal-jobs N]");
    Console.Error.WriteLine("         [--rows ceiling,peers,single,first,cache,twice,prefix] [--out FOLDER]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks fairness [--model FOLDER] [--documents N] [--bulk-jobs N,N] [--gap MS]");
    Console.Error.WriteLine("         [--idle-jobs N] [--threads N] [--rounds N] [--out FOLDER]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks cli [--model FOLDER] [--workload …] [--jobs N] [--repeat N] [--threads N]");
    Console.Error.WriteLine("         [--rounds N] [--out FOLDER]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks app|latency --url URL [--pid N] [--model FOLDER] [--workload …]");
    Console.Error.WriteLine("         [--jobs N] [--documents N] [--threads N] [--rounds N] [--latency-rounds N] [--rows app,latency,load] [--out FOLDER]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks report [--out FOLDER]   (one table of the last engine, fairness, cli and app)");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks sync --url URL --pid N [--model FOLDER] [--threads N] [--rounds N]");
    Console.Error.WriteLine("         [--clients N] [--requests N] [--rows peer]   (other rows: without transformers.js)");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks batch --url URL --pid N [--model FOLDER] [--lines N] [--documents N]");
    Console.Error.WriteLine("         [--threads N] [--rounds N] [--rows batch,beside] [--idle-seconds N] [--out FOLDER]");
    Console.Error.WriteLine("         (AzureWebJobsStorage in the environment: the app's storage)");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks waiting --url URL [--jobs N] [--few N] [--many N] [--rounds N] [--pid N]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks causal --model FOLDER [--dtype fp32|fp16|int8] [--repeats N] [--documents N] [--tokens N]");
    Console.Error.WriteLine("         [--batch-tokens N] [--threads N] [--by time|cpu] [--variants plain,cut,shared]");
    Console.Error.WriteLine("         [--peak plain|cut|shared | --no-peak yes]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks graphs --model FOLDER --built FOLDER [--dtype fp32|int8] [--threads N] [--rounds N]");
    Console.Error.WriteLine("         [--documents N] [--batch-tokens N] [--no-load yes]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks cache");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks memory --model FOLDER [--pairs N] [--threads N] [--keep-scores yes]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks runs --model FOLDER [--dtype fp32|fp16|int8] [--threads N] [--shapes 1x16,4x32,…] [--rounds N]");
    Console.Error.WriteLine("         [--long N]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks tokenizers (NODE_PATH: a folder with the npm package tokenizers, to measure beside it)");
    return 2;
}
