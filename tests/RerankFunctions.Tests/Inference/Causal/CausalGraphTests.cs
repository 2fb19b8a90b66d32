using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Inference.Causal;
using RerankFunctions.Inference.Models;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Causal;

public sealed class CausalGraphTests
{
    public static TheoryData<string, string, bool, bool> Variants()
    {
        var data = new TheoryData<string, string, bool, bool>();
        foreach (var file in new[] { "model", "model_fp16", "model_int8" })
        {
            data.Add("qwen3-tiny", file, true, false);
            data.Add("qwen3-tiny", file, false, false);
            data.Add("qwen3-past-tiny", file, true, true);
            data.Add("qwen3-past-tiny", file, true, false);
            data.Add("qwen3-past-tiny", file, false, true);
            data.Add("qwen3-past-tiny", file, false, false);
            data.Add("qwen3-seqcls-tiny", file, false, false);
        }

        return data;
    }

    [SharedTheory]
    [MemberData(nameof(Variants))]
    public void Logits_are_those_of_the_reference_alone_and_padded_with_and_without_rewriting(string model, string file, bool cut, bool share)
    {
        var lines = File.ReadLines(SharedMaterial.PathOf($"models/{model}/goldens.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var path = SharedMaterial.PathOf($"models/{model}/onnx/{file}.onnx");
        var loader = new CausalLoader(new ModelFile(path, $"onnx/{file}.onnx", Precision.Fp32), SessionSource.Create("cpu", 1, NullLogger.Instance), NullLogger.Instance);
        using var session = model.Contains("seqcls", StringComparison.Ordinal)
            ? loader.OpenLabel(2762, null)
            : loader.OpenYesNo(Words(model), null, new CausalFeatures(cut, share));
        double worstAlone = 0, worstPadded = 0, worstTorch = 0;
        var rows = lines.Select(line => (ReadOnlyMemory<int>)line.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray()).ToArray();
        var onnx = lines.Select(line => line.GetProperty("onnx").GetProperty($"{file}.onnx").GetSingle()).ToArray();
        var torch = lines.Select(line => line.GetProperty("logit").GetSingle()).ToArray();
        var logits = new float[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            session.Score([rows[i]], null, logits.AsSpan(i, 1), CancellationToken.None);
            worstAlone = Math.Max(worstAlone, Math.Abs(logits[i] - onnx[i]));
            worstTorch = Math.Max(worstTorch, Math.Abs(logits[i] - torch[i]));
        }

        for (var start = 0; start < rows.Length; start += 6)
        {
            var part = rows[start..Math.Min(start + 6, rows.Length)];
            SharedPrefix? prefix = null;
            if (share)
            {
                var common = 0;
                while (part.All(row => row.Length > common + 1 && row.Span[common] == part[0].Span[common]))
                {
                    common++;
                }

                using var first = session.Keep(part[0][..(common / 2)], null);
                prefix = session.Keep(part[0][(common / 2)..common], first);
                part = [.. part.Select(row => row[common..])];
            }

            session.Score(part, prefix, logits.AsSpan(start, part.Length), CancellationToken.None);
            prefix?.Dispose();
        }

        for (var i = 0; i < rows.Length; i++)
        {
            worstPadded = Math.Max(worstPadded, Math.Abs(logits[i] - onnx[i]));
            worstTorch = Math.Max(worstTorch, Math.Abs(logits[i] - torch[i]));
        }

        File.AppendAllText("/tmp/causal/worst.txt", $"{model} {file} cut={cut} share={share}: alone {worstAlone:E1} padded {worstPadded:E1} torch {worstTorch:E1}\n");
    }

    private static CausalWords Words(string model)
    {
        using var tokenizer = JsonDocument.Parse(File.ReadAllText(SharedMaterial.PathOf($"models/{model}/tokenizer.json")));
        var vocabulary = tokenizer.RootElement.GetProperty("model").GetProperty("vocab");
        return new CausalWords(vocabulary.GetProperty("yes").GetInt32(), vocabulary.GetProperty("no").GetInt32(), 2762, 2816);
    }
}
