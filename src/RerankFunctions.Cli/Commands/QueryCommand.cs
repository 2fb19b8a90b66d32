using System.Buffers;
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using RerankFunctions.Cli.Documents;
using RerankFunctions.Cli.Lines;
using RerankFunctions.Cli.Outcomes;

namespace RerankFunctions.Cli.Commands;

/// <summary><c>rerank query</c>: ranks documents for one query.</summary>
internal static class QueryCommand
{
    private static readonly TimeSpan RetryFor = TimeSpan.FromSeconds(10);

    private static readonly Argument<string> Query = new("query") { Description = "The query" };

    private static readonly Option<string[]> Documents = new("--documents", "-d")
    {
        Description = "Files, each a document; - for standard input with a document a line",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> Lines = new("--lines")
    {
        Description = "Files with a document a line",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(Func<ParseResult, Invocation> invocationOf)
    {
        var command = new Command("query", "Rank documents for a query.") { Query, Documents, Lines };
        RequestOptions.AddTo(command);
        BackendOptions.AddTo(command);
        command.SetAction((values, cancellationToken) => RunAsync(invocationOf(values), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var documents = await ReadDocumentsAsync(invocation, cancellationToken);
        await using var backend = BackendOptions.Create(invocation, RetryFor, maxJobs: 1, cancelsJobs: true);
        await backend.OpenAsync(cancellationToken);
        var defaults = RequestOptions.Read(invocation, BackendOptions.ReadModel(invocation), isBulk: false);
        var request = defaults.Apply(Serialize(invocation.Get(Query), documents));
        switch (await await backend.StartAsync(request, Guid.NewGuid().ToString("N"), cancellationToken))
        {
            case JobOutcome.Answered { Answer: var answer }:
                RankedDocuments.Of(answer, documents).Write(invocation.Terminal, invocation.IsJson, documents);
                return ExitCodes.Done;
            case JobOutcome.Refused refused:
                throw new CliException(ExitCodes.Refused, $"The request is not valid: {refused.Message}");
            case JobOutcome.Failed failed:
                throw new CliException(ExitCodes.SomeFailed, $"The job failed ({failed.Code}): {SafeText.Line(failed.Message, 500)}");
            default:
                throw new InvalidOperationException("A job ended in an unknown way.");
        }
    }

    private static async Task<IReadOnlyList<SourceDocument>> ReadDocumentsAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (files, lines) = (invocation.Get(Documents) ?? [], invocation.Get(Lines) ?? []);
        if (files.Concat(lines).Count(file => file == DocumentReader.StandardInput) > 1)
        {
            throw CliException.Usage("Standard input can be read once only.");
        }

        var reader = new DocumentReader(invocation.Terminal.Input);
        foreach (var file in files)
        {
            await reader.ReadFileAsync(file, cancellationToken);
        }

        foreach (var file in lines)
        {
            await reader.ReadLinesAsync(file, cancellationToken);
        }

        return reader.Documents.Count > 0
            ? reader.Documents
            : throw CliException.Usage("There are no documents. Name files with -d or --lines, or give a document a line on standard input with -d -.");
    }

    private static ReadOnlyMemory<byte> Serialize(string query, IReadOnlyList<SourceDocument> documents)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // Escaped, a text of another script would be twice as long.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("query"u8, query);
            writer.WriteStartArray("documents"u8);
            foreach (var document in documents)
            {
                writer.WriteStringValue(document.Text);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
