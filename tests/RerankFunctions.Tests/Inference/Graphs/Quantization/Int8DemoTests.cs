using System.Text.RegularExpressions;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Tests.Inference.Families.CrossEncoder;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Graphs.Quantization;

/// <summary>The demo model, which has trained weights, built from safetensors: in floats against its card, and in 8 bits against floats.</summary>
public sealed partial class Int8DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = DemoSafetensors.Create();
    private readonly IModelFamily _floats;
    private readonly IModelFamily _quantized;
    private readonly ILookup<string, ModelGolden> _goldens = ModelGolden.Read(TestModel.Demo).ToLookup(golden => golden.Query, StringComparer.Ordinal);

    public Int8DemoTests()
    {
        _floats = ModelFamilies.Load(TestModel.Context(_folder.Path, "fp32"));
        _quantized = ModelFamilies.Load(TestModel.Context(_folder.Path, "int8"));
    }

    public void Dispose()
    {
        _floats.Dispose();
        _quantized.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Floats_give_the_logits_of_the_card()
    {
        foreach (var job in _goldens)
        {
            var logits = Score(_floats, job.Key, [.. job.Select(golden => golden.Document)]);
            Assert.All(
                job.Zip(logits).Where(pair => !DemoGoldensTests.SpellsControlToken(pair.First)),
                pair => Assert.Equal(pair.First.LogitOnnx!.Value, pair.Second, 1e-3f));
        }
    }

    [Fact]
    public void Eight_bits_keep_order_and_scores_of_the_goldens()
    {
        Assert.Equal("int8", _quantized.Description.Precision);
        var (floats, quantized) = (new List<float>(), new List<float>());
        foreach (var job in _goldens)
        {
            string[] documents = [.. job.Select(golden => golden.Document)];
            floats.AddRange(Score(_floats, job.Key, documents));
            quantized.AddRange(Score(_quantized, job.Key, documents));
        }

        AssertLike(floats, quantized);
    }

    [Fact]
    public void Eight_bits_keep_order_and_scores_of_the_examples_on_the_card()
    {
        var (floats, quantized) = (new List<float>(), new List<float>());
        var (query, jobs) = (string.Empty, 0);
        var documents = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(TestModel.Demo, "README.md")).Append("****"))
        {
            if (ExampleQuery().Match(line) is { Success: true } next)
            {
                if (documents.Count > 1)
                {
                    floats.AddRange(Score(_floats, query, [.. documents]));
                    quantized.AddRange(Score(_quantized, query, [.. documents]));
                    jobs++;
                }

                (query, documents) = (next.Groups[1].Value, []);
            }
            else if (ExampleDocument().Match(line) is { Success: true } document)
            {
                documents.Add(document.Groups[1].Value);
            }
        }

        Assert.Equal(7, jobs);
        AssertLike(floats, quantized);
    }

    [Fact]
    public void A_pair_scores_the_same_in_any_company()
    {
        var longer = string.Join(' ', Enumerable.Repeat("All rows of a micro-batch are filled up to the longest.", 30));
        foreach (var job in _goldens.Take(20))
        {
            string[] documents = [.. job.Select(golden => golden.Document), longer];
            var together = Score(_quantized, job.Key, documents);
            Assert.All(documents.Zip(together), pair => Assert.Equal(Score(_quantized, job.Key, pair.First)[0], pair.Second, 1e-4f));
        }
    }

    private static float[] Score(IModelFamily family, string query, params string[] documents)
    {
        using var job = family.Encode(new ScoringRequest(query, documents), CancellationToken.None);
        return TestModel.Score(family, job, [.. Enumerable.Range(0, job.Count)]);
    }

    private static void AssertLike(List<float> floats, List<float> quantized)
    {
        Assert.True(KendallTau(floats, quantized) >= 0.98);
        Assert.True(floats.Zip(quantized, (a, b) => Math.Abs(Sigmoid(a) - Sigmoid(b))).Average() <= 0.01);
    }

    private static double KendallTau(List<float> first, List<float> second)
    {
        var (agreeing, pairs) = (0L, 0L);
        for (var i = 0; i < first.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                agreeing += Math.Sign(first[i] - first[j]) * Math.Sign(second[i] - second[j]);
                pairs++;
            }
        }

        return (double)agreeing / pairs;
    }

    private static double Sigmoid(float logit) => 1 / (1 + Math.Exp(-logit));

    [GeneratedRegex(@"^\*\*(.*)\*\*\s*$")]
    private static partial Regex ExampleQuery();

    [GeneratedRegex(@"^[01]\.\d{3} (.*?)\s*$")]
    private static partial Regex ExampleDocument();
}
