using System.Text.Json;
using System.Text.Json.Serialization;
using RerankFunctions.Cli.Display;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Documents;

/// <summary>The answer to a query, with the source of each document.</summary>
/// <param name="Id">Id of the job.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Results">The best document first.</param>
/// <param name="Usage">Tokens.</param>
/// <param name="Meta">Units and warnings.</param>
internal sealed record RankedDocuments(string Id, string Model, IReadOnlyList<RankedDocument> Results, RerankUsage Usage, RerankMeta Meta)
{
    // What is shown of a document that is a whole file.
    private const int ExcerptCharacters = 200;

    private static readonly string[] Columns = ["rank", "score", "document", "text"];

    /// <summary>Creates the ranked documents from an answer.</summary>
    /// <exception cref="CliException">The answer is not one for these documents.</exception>
    public static RankedDocuments Of(RerankAnswer answer, IReadOnlyList<SourceDocument> documents)
    {
        if (answer.Results.Any(result => result.Index < 0 || result.Index >= documents.Count))
        {
            throw new CliException(ExitCodes.Unavailable, "The answer names documents that were not sent.");
        }

        var results = answer.Results.Select(result => new RankedDocument(result.Index, result.RelevanceScore, documents[result.Index].Source));
        return new RankedDocuments(answer.Id, answer.Model, [.. results], answer.Usage, answer.Meta);
    }

    /// <summary>Writes the documents, and warnings as messages.</summary>
    public void Write(Terminal terminal, bool isJson, IReadOnlyList<SourceDocument> documents)
    {
        foreach (var warning in Meta.Warnings ?? [])
        {
            terminal.Error.WriteLine(SafeText.Line(warning, 500));
        }

        if (isJson)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(this, RankedDocumentsJson.Wire.RankedDocuments));
            return;
        }

        TableWriter.Write(terminal, Columns, Results.Select((result, rank) => (IReadOnlyList<string>)
        [
            FormattableString.Invariant($"{rank + 1}"),
            FormattableString.Invariant($"{result.RelevanceScore:0.0000}"),
            result.Source,
            Excerpt(documents[result.Index], terminal.IsOutputTerminal),
        ]));
    }

    private static string Excerpt(SourceDocument document, bool isForPeople) =>
        SafeText.Line(document.Text, document.IsLine && !isForPeople ? int.MaxValue : ExcerptCharacters);
}

/// <summary>A document with its score.</summary>
/// <param name="Index">Its position among the documents of the command line, from 0.</param>
/// <param name="RelevanceScore">Its score.</param>
/// <param name="Source">Where it is.</param>
internal sealed record RankedDocument(int Index, double RelevanceScore, string Source);

/// <summary>JSON form of <see cref="RankedDocuments"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RankedDocuments))]
internal sealed partial class RankedDocumentsJson : JsonSerializerContext
{
    /// <summary>The context for writing text, which does not escape other scripts.</summary>
    public static RankedDocumentsJson Wire => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
