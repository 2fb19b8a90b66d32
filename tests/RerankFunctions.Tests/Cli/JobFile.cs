using System.Text.Json.Nodes;

namespace RerankFunctions.Tests.Cli;

/// <summary>Inputs and outputs of <c>rerank file</c>.</summary>
internal static class JobFile
{
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

    /// <summary>Returns what two runs of the same job have in common: everything but ids and what was known already.</summary>
    public static string Essence(JsonNode line)
    {
        var results = line["response"]?["body"]?["results"]?.AsArray()
            .Select(result => FormattableString.Invariant($"{result!["index"]}={result["relevance_score"]!.GetValue<double>():0.000}"));
        return $"{line["custom_id"]} {line["line"]} {line["response"]?["status_code"]} {line["error"]?["code"]} {string.Join(' ', results ?? [])}";
    }
}
