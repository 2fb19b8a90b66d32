using RerankFunctions.Benchmarks;

return args switch
{
    ["causal", .. var rest] => CausalBenchmark.Run(rest),
    ["latency", .. var rest] => await LatencyBenchmark.RunAsync(rest),
    ["waiting", .. var rest] => await WaitingBenchmark.RunAsync(rest),
    ["cache"] => CacheBenchmark.Run(),
    ["tokenizers"] => TokenizerBenchmark.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: RerankFunctions.Benchmarks latency --url URL [--rounds N]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks waiting --url URL [--jobs N] [--few N] [--many N] [--rounds N] [--pid N]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks causal --model FOLDER [--dtype fp32|fp16|int8] [--repeats N] [--documents N] [--tokens N]");
    Console.Error.WriteLine("         [--batch-tokens N] [--threads N] [--by time|cpu] [--variants plain,cut,shared]");
    Console.Error.WriteLine("         [--peak plain|cut|shared | --no-peak yes]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks cache");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks tokenizers (NODE_PATH: a folder with the npm package tokenizers, to measure beside it)");
    return 2;
}
