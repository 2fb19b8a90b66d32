using System.IO.Compression;
using System.Text.Json;
using RerankFunctions.Tests.Support;
using RerankFunctions.Tests.Tokenizers.Unigram;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers.Pairs;

public sealed class SharedPairTests
{
    [SharedFact]
    public void Pairs_are_cut_as_Hugging_Face_cuts_them()
    {
        var count = 0;
        foreach (var golden in Read("xlmr.pairs.jsonl.gz"))
        {
            var strategy = golden.GetProperty("strategy").GetString() == "only_second" ? TruncationStrategy.OnlySecond : TruncationStrategy.LongestFirst;
            var ids = Encode(golden.GetProperty("variant").GetString()!, golden, strategy, out var typeIds, out var isQueryCut);

            // Hugging Face's only_second never cuts the query.
            if (strategy == TruncationStrategy.LongestFirst || !isQueryCut)
            {
                Assert.Equal(Numbers(golden.GetProperty("ids")), ids);
                Assert.Equal(Numbers(golden.GetProperty("type_ids")), typeIds.Distinct());
                count++;
            }
        }

        Assert.InRange(count, 700, 1104);
    }

    [SharedFact]
    public void Pairs_are_cut_as_FlagReranker_cuts_them()
    {
        foreach (var golden in Read("xlmr.flagreranker.jsonl.gz"))
        {
            Assert.Equal(Numbers(golden.GetProperty("ids")), Encode("C", golden, TruncationStrategy.OnlySecond, out _, out _));
        }
    }

    private static long[] Encode(string header, JsonElement golden, TruncationStrategy strategy, out long[] typeIds, out bool isQueryCut)
    {
        var tokenizer = XlmRobertaFiles.Get(header);
        using var query = new TokenBuffer();
        using var document = new TokenBuffer();
        tokenizer.Encode(golden.GetProperty("query").GetString(), TextMode.Parity, query);
        tokenizer.Encode(golden.GetProperty("doc").GetString(), TextMode.Parity, document);

        var encoder = new PairEncoder(tokenizer.PairTemplate, golden.GetProperty("max_length").GetInt32(), strategy);
        var fit = encoder.Fit(query.Count, document.Count);
        var ids = new long[fit.TotalTokens];
        typeIds = new long[fit.TotalTokens];
        isQueryCut = fit.IsQueryCut;
        encoder.Write(fit, query.Ids, document.Ids, ids, typeIds);
        return ids;
    }

    private static long[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt64())];

    private static IEnumerable<JsonElement> Read(string name)
    {
        using var gzip = new GZipStream(File.OpenRead(SharedMaterial.PathOf($"tokenizers/goldens/{name}")), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        while (reader.ReadLine() is { } line)
        {
            yield return JsonSerializer.Deserialize<JsonElement>(line);
        }
    }
}
