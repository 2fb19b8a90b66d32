using RerankFunctions.Benchmarks;

return args switch
{
    ["causal", .. var rest] => CausalBenchmark.Run(rest),
    ["latency", .. var rest] => await LatencyBenchmark.RunAsync(rest),
    ["tokenizers"] => TokenizerBenchmark.Run(),
    _ => Usage(),
};

static int Usage()
{
<<<<<<< HEAD
    Console.Error.WriteLine("usage: RerankFunctions.Benchmarks latency --url URL [--rounds N]");
    Console.Error.WriteLine("       RerankFunctions.Benchmarks causal --model FOLDER [--dtype fp32|fp16|int8] [--repeats N] [--documents N] [--tokens N] [--batch-tokens N] [--variants plain,cut,shared] [--peak plain|cut|shared]");
=======
    Console.Error.WriteLine("usage: RerankFunctions.Benchmarks causal --model FOLDER [--dtype fp32|fp16|int8] [--repeats N] [--documents N] [--tokens N] [--batch-tokens N] [--threads N] [--by time|cpu] [--variants plain,cut,shared] [--peak plain|cut|shared | --no-peak yes]");
>>>>>>> 2197ef1 (Causal benchmark by processor time; long goldens in the main variants only)
    Console.Error.WriteLine("       RerankFunctions.Benchmarks tokenizers (NODE_PATH: a folder with the npm package tokenizers, to measure beside it)");
    return 2;
}
