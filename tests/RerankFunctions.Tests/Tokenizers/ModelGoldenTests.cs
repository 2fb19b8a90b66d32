using System.Text.Json;
using RerankFunctions.Tests.Support;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers;

public sealed class ModelGoldenTests
{
    [SharedTheory]
    [InlineData("bert-tiny")]
    [InlineData("modernbert-tiny")]
    public void Pairs_of_the_models_goldens(string model)
    {
        var tokenizer = TokenizerLoader.Load(SharedMaterial.PathOf($"models/{model}/tokenizer.json"));
        using var query = new TokenBuffer();
        using var document = new TokenBuffer();
        foreach (var golden in Lines($"models/{model}/goldens.jsonl").Where(golden => golden.GetProperty("layout").GetString() == "pair"))
        {
            Encode(tokenizer, golden.GetProperty("query").GetString()!, query);
            Encode(tokenizer, golden.GetProperty("document").GetString()!, document);
            var pairs = new PairEncoder(tokenizer.PairTemplate, golden.GetProperty("max_length").GetInt32(), TruncationStrategy.LongestFirst);
            var fit = pairs.Fit(query.Count, document.Count);
            var (ids, types) = (new long[fit.TotalTokens], new long[fit.TotalTokens]);
            pairs.Write(fit, query.Ids, document.Ids, ids, types);
            Assert.Equal(Longs(golden, "input_ids"), ids);
            if (golden.TryGetProperty("token_type_ids", out _))
            {
                Assert.Equal(Longs(golden, "token_type_ids"), types);
            }
        }
    }

    [SharedFact]
    public void Qwen3_Rerankers_prompts_by_part()
    {
        const string Prefix = "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. "
            + "Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n";
        const string Suffix = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
        var tokenizer = TokenGolden.Load(SharedMaterial.PathOf("tokenizers/qwen3.tokenizer.json.gz"));
        using var prefix = new TokenBuffer();
        using var suffix = new TokenBuffer();
        using var body = new TokenBuffer();
        Encode(tokenizer, Prefix, prefix);
        Encode(tokenizer, Suffix, suffix);
        Assert.Equal(39, prefix.Count);
        Assert.Equal([151645, 198, 151644, 77091, 198, 151667, 271, 151668, 271], suffix.Ids.ToArray());
        foreach (var golden in Lines("tokenizers/goldens/qwen3reranker.prompts.jsonl.gz"))
        {
            Encode(tokenizer, $"<Instruct>: {Text("instruction")}\n<Query>: {Text("query")}\n<Document>: {Text("doc")}", body);
            body.Truncate(Math.Min(body.Count, golden.GetProperty("max_length").GetInt32() - prefix.Count - suffix.Count));
            int[] ids = [.. prefix.Ids, .. body.Ids, .. suffix.Ids];
            Assert.Equal(Longs(golden, "ids"), ids.Select(id => (long)id));

            string Text(string name) => golden.GetProperty(name).GetString()!;
        }
    }

    private static void Encode(HuggingFaceTokenizer tokenizer, string text, TokenBuffer ids)
    {
        ids.Clear();
        tokenizer.Encode(text, TextMode.Parity, ids);
    }

    private static long[] Longs(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(id => id.GetInt64())];

    private static IEnumerable<JsonElement> Lines(string path) =>
        TokenGolden.Lines(SharedMaterial.PathOf(path)).Select(line => JsonElement.Parse(line));
}
