using System.Text.Json;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.Inference.Families.Causal;

/// <summary>A line of a causal model's <c>goldens.jsonl</c>.</summary>
internal sealed record CausalGolden(string Query, string Document, string? Instruction, int MaxLength, int[] Ids, float Logit)
{
    public ScoringRequest Request => new(Query, [Document]) { Instruction = Instruction };

    public static IReadOnlyList<CausalGolden> Read(string folder) => [.. File.ReadLines(Path.Combine(folder, "goldens.jsonl")).Select(Parse)];

    private static CausalGolden Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var golden = json.RootElement;
        return new CausalGolden(
            golden.GetProperty("query").GetString()!,
            golden.GetProperty("document").GetString()!,
            golden.GetProperty("instruction").GetString(),
            golden.GetProperty("max_length").GetInt32(),
            [.. golden.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())],
            golden.GetProperty("logit").GetSingle());
    }
}
