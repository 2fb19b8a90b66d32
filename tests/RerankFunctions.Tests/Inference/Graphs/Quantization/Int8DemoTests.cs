using System.Text.RegularExpressions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Tests.Inference.Families.CrossEncoder;

namespace RerankFunctions.Tests.Inference.Graphs.Quantization;

/// <summary>The demo model, which has trained weights, built from safetensors: in floats against its card, and in 8 bits against floats.</summary>
public sealed partial class Int8DemoTests(BuiltDemo demo) : IClassFixture<BuiltDemo>
{
    private readonly IModelFamily _floats = demo.Floats;
    private readonly IModelFamily _quantized = demo.Quantized;

    [Fact]
    public void Floats_give_the_logits_of_the_card()
    {
        foreach (var (job, logits) in demo.Goldens.Zip(demo.Logits))
        {
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
        foreach (var (job, logits) in demo.Goldens.Zip(demo.Logits))
        {
            floats.AddRange(logits);
            quantized.AddRange(BuiltDemo.Score(_quantized, job.Key, [.. job.Select(golden => golden.Document)]));
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
                    floats.AddRange(BuiltDemo.Score(_floats, query, [.. documents]));
                    quantized.AddRange(BuiltDemo.Score(_quantized, query, [.. documents]));
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
        var longer = string.Join(' ', Enumerable.Repeat("All rows of a micro-batch are filled up to the longest.", 10));
        foreach (var job in demo.Goldens.Take(20))
        {
            string[] documents = [.. job.Select(golden => golden.Document), longer];
            var together = BuiltDemo.Score(_quantized, job.Key, documents);
            Assert.All(documents.Zip(together), pair => Assert.Equal(BuiltDemo.Score(_quantized, job.Key, pair.First)[0], pair.Second, 1e-4f));
        }
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
