using System.Globalization;
using RerankFunctions.Cli.Display;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Cli.Service;

namespace RerankFunctions.Cli.Commands;

/// <summary>Writes batches: JSON as the service gives it, or rows.</summary>
internal static class BatchView
{
    private static readonly string[] PageColumns = ["batch", "status", "total", "completed", "failed"];
    private static readonly string[] Columns = ["field", "value"];

    /// <summary>Writes a batch.</summary>
    public static void Write(Invocation invocation, ServiceAnswer answer)
    {
        var batch = answer.Read(ServiceJson.Default.BatchObject);
        if (invocation.IsJson)
        {
            invocation.WriteJson(answer.Body);
            return;
        }

        var rows = new List<IReadOnlyList<string>> { Row("id", batch.Id), Row("status", batch.Status) };
        if (batch.RequestCounts is { } counts)
        {
            rows.AddRange([Row("total", Text(counts.Total)), Row("completed", Text(counts.Completed)), Row("failed", Text(counts.Failed))]);
        }

        rows.AddRange(new[] { ("output", batch.OutputFileId), ("errors", batch.ErrorFileId) }
            .Where(file => file.Item2 is not null)
            .Select(file => Row(file.Item1, file.Item2!)));
        rows.AddRange((batch.Errors?.Data ?? []).Select(error => Row("error", error.Message)));
        TableWriter.Write(invocation.Terminal, Columns, rows);
    }

    /// <summary>Writes a page of batches, and how to get the next one as a message.</summary>
    public static void WritePage(Invocation invocation, ServiceAnswer answer)
    {
        var page = answer.Read(ServiceJson.Default.BatchPage);
        if (invocation.IsJson)
        {
            invocation.WriteJson(answer.Body);
            return;
        }

        TableWriter.Write(invocation.Terminal, PageColumns, page.Data.Select(batch => (IReadOnlyList<string>)
        [
            batch.Id, batch.Status, Text(batch.RequestCounts?.Total), Text(batch.RequestCounts?.Completed), Text(batch.RequestCounts?.Failed),
        ]));
        if (page is { HasMore: true, Data: [.., var last] })
        {
            invocation.Terminal.Error.WriteLine(SafeText.Line($"There are more: --after {page.LastId ?? last.Id}", 500));
        }
    }

    private static IReadOnlyList<string> Row(string name, string value) => [name, value];

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
