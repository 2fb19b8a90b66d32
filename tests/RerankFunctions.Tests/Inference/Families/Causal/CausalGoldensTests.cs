using System.Text.Json;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Tests.Support;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Inference.Families.Causal;

/// <summary>Scores are those of Hugging Face's code: PyTorch's for fp32, within the bounds in docs/models.md for fp16 and int8.</summary>
public sealed class CausalGoldensTests
{
    private const double Fp32Tolerance = 1e-4;
    private const double Fp16Tolerance = 0.25;
    private const double Int8Tolerance = 1.5;

    // Rows beyond it take seconds each in the slower variants and tell nothing new there.
    private const int ShortRow = 260;
    private const int LongRow = 512;

    public static TheoryData<string, string, bool, bool> Variants()
    {
        var data = new TheoryData<string, string, bool, bool>();
        foreach (var dtype in new[] { "fp32", "fp16", "int8" })
        {
            data.Add("qwen3-tiny", dtype, true, true);
            data.Add("qwen3-tiny", dtype, false, false);
            data.Add("qwen3-past-tiny", dtype, true, true);
            data.Add("qwen3-past-tiny", dtype, true, false);
            data.Add("qwen3-past-tiny", dtype, false, true);
            data.Add("qwen3-past-tiny", dtype, false, false);
            data.Add("qwen3-seqcls-tiny", dtype, true, true);
        }

        return data;
    }

    [SharedTheory]
    [MemberData(nameof(Variants))]
    public void Ids_and_logits_are_those_of_the_reference(string model, string dtype, bool cutHead, bool sharePrefix)
    {
        var folder = SharedMaterial.PathOf($"models/{model}");
        var context = CausalModels.Context(folder, dtype);
        using var family = CausalFamily.Load(context, new CausalFeatures(cutHead, sharePrefix));
        var isFast = dtype == "fp32" && cutHead;
        var goldens = File.ReadLines(Path.Combine(folder, "goldens.jsonl")).Select(line => Golden.Read(line, dtype)).ToList();
        var longest = isFast && sharePrefix ? goldens.MaxBy(golden => golden.Ids.Length) : null;
        var lines = goldens.Where(golden => golden.Ids.Length <= (isFast ? LongRow : ShortRow) || golden == longest || SharedMaterial.TakesAllRows).ToList();
        Assert.True(lines.Count > 20);

        foreach (var golden in lines)
        {
            var prompt = new CausalPrompt(context.Tokenizer, CausalTemplate.Parse(CausalTemplate.Qwen3Reranker), CausalTemplate.WebSearch, golden.MaxLength);
            var single = new ScoringRequest(golden.Query, [golden.Document]) { Instruction = golden.Instruction };
            using var alone = family.Encode(single, prompt, TextMode.Parity, CancellationToken.None);
            Assert.Equal(golden.Ids, alone[0].ToArray());
            AssertNear(golden, dtype, CausalModels.Score(family, alone, 1)[0]);
            if (golden.Ids.Length > ShortRow)
            {
                continue;
            }

            // With neighbours of other lengths, shorter and longer, in one run.
            var several = single with { Documents = ["", golden.Document, golden.Document + golden.Document] };
            using var among = family.Encode(several, prompt, TextMode.Parity, CancellationToken.None);
            AssertNear(golden, dtype, CausalModels.Score(family, among, 3)[1]);
        }
    }

    [SharedFact]
    public void Prompts_are_the_published_ones_id_for_id()
    {
        var tokenizer = TokenizerLoader.Parse(Gunzip(SharedMaterial.PathOf("tokenizers/qwen3.tokenizer.json.gz")), "qwen3.tokenizer.json");
        var goldens = Gunzip(SharedMaterial.PathOf("tokenizers/goldens/qwen3reranker.prompts.jsonl.gz"));
        var lines = System.Text.Encoding.UTF8.GetString(goldens).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 100);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var golden = json.RootElement;
            var template = CausalTemplate.Parse(CausalTemplate.Qwen3Reranker);
            var prompt = new CausalPrompt(tokenizer, template, CausalTemplate.WebSearch, golden.GetProperty("max_length").GetInt32());
            var request = new ScoringRequest(golden.GetProperty("query").GetString()!, [golden.GetProperty("doc").GetString()!])
            {
                Instruction = golden.GetProperty("instruction").GetString(),
            };
            var expected = golden.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32());
            Assert.Equal(expected, prompt.Encode(request, TextMode.Parity, CancellationToken.None)[0].ToArray());
        }
    }

    private static void AssertNear(Golden golden, string dtype, float logit)
    {
        var (expected, tolerance) = dtype switch
        {
            "fp32" => (golden.Logit, Fp32Tolerance),
            "fp16" => (golden.Onnx, Fp16Tolerance),
            _ => (golden.Onnx, Int8Tolerance),
        };
        Assert.InRange(logit, expected - tolerance, expected + tolerance);
    }

    private static byte[] Gunzip(string path)
    {
        using var stream = new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private sealed record Golden(string Query, string Document, string? Instruction, int MaxLength, int[] Ids, double Logit, double Onnx)
    {
        public static Golden Read(string line, string dtype)
        {
            using var json = JsonDocument.Parse(line);
            var golden = json.RootElement;
            return new Golden(
                golden.GetProperty("query").GetString()!,
                golden.GetProperty("document").GetString()!,
                golden.GetProperty("instruction").GetString(),
                golden.GetProperty("max_length").GetInt32(),
                [.. golden.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())],
                golden.GetProperty("logit").GetDouble(),
                golden.GetProperty("onnx").GetProperty(dtype == "fp32" ? "model.onnx" : $"model_{dtype}.onnx").GetDouble());
        }
    }
}
