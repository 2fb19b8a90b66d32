using System.Text.Json.Nodes;

namespace RerankFunctions.Tests.Cli;

/// <summary>Inputs and outputs of <c>rerank file</c>.</summary>
internal static class JobFile
{
    // The last digits of a score depend on the other pairs of its micro-batch.
    private const double Tolerance = 0.0001;

    /// <summary>Creates the lines of jobs with different documents; every third is in the form of OpenAI's batches.</summary>
    public static string Jobs(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
    {
        var documents = string.Join(',', Enumerable.Range(0, 1 + (i % 4)).Select(document => $"\"document {document} {new string('x', i % 7)}\""));
        var request = $"\"query\":\"question {i}\",\"documents\":[{documents}]";
        var rest = i % 3 == 0 ? $"\"method\":\"POST\",\"url\":\"/v1/rerank\",\"body\":{{{request}}}" : request;
        return $"{{\"custom_id\":\"job-{i}\",{rest}}}\n";
    }));

    /// <summary>Reads lines of output.</summary>
    public static IReadOnlyList<JsonNode> Read(string path) => [.. File.ReadLines(path).Select(line => JsonNode.Parse(line)!)];

    /// <summary>Fails unless two runs gave the same lines; ids, and what was known already, may differ.</summary>
    public static void AssertSame(IReadOnlyList<JsonNode> expected, IReadOnlyList<JsonNode> actual)
    {
        Assert.Equal(expected.Select(Describe), actual.Select(Describe));
        foreach (var (one, other) in expected.Select(ScoresOf).Zip(actual.Select(ScoresOf)))
        {
            Assert.Equal(one.Keys, other.Keys);
            Assert.All(one, score => Assert.Equal(score.Value, other[score.Key], Tolerance));
        }
    }

    private static string Describe(JsonNode line) =>
        $"{line["custom_id"]} {line["line"]} {line["response"]?["status_code"]} {line["response"]?["body"]?["model"]} {line["error"]?.ToJsonString()}";

    private static SortedDictionary<int, double> ScoresOf(JsonNode line) => new(
        (line["response"]?["body"]?["results"]?.AsArray() ?? [])
            .ToDictionary(result => result!["index"]!.GetValue<int>(), result => result!["relevance_score"]!.GetValue<double>()));
}
