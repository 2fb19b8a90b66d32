using RerankFunctions.Benchmarks;

return args switch
{
    ["causal", .. var rest] => CausalBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: RerankFunctions.Benchmarks causal --model FOLDER [--dtype fp32|fp16|int8] [--repeats N] [--documents N] [--tokens N] [--batch-tokens N] [--variants plain,cut,shared] [--peak plain|cut|shared]");
    return 2;
}
