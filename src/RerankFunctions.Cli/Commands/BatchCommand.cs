using System.CommandLine;
using System.Text.Json;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Cli.Service;

namespace RerankFunctions.Cli.Commands;

/// <summary><c>rerank batch</c>: batches over blobs that the service reads and writes.</summary>
internal static class BatchCommand
{
    private const int MaxPage = 100;
    private const string Route = "/v1/batches";

    private static readonly TimeSpan RetryFor = TimeSpan.FromSeconds(10);

    // A batch takes hours, and the service may restart in the meantime.
    private static readonly TimeSpan WaitRetryFor = TimeSpan.FromMinutes(5);

    private static readonly Argument<string> Id = new("id") { Description = "The batch" };
    private static readonly Argument<string> Input = new("input") { Description = "The blob of the input", HelpName = "container/name.jsonl" };

    private static readonly Option<string[]> Metadata = new("--metadata")
    {
        Description = "What the batch's state returns, name=value; may be repeated",
        HelpName = "NAME=VALUE",
    };

    private static readonly Option<bool> Wait = new("--wait") { Description = "Wait until the batch has ended" };
    private static readonly Option<int?> Limit = Ranges.Limit(new Option<int?>("--limit") { Description = "Batches of a page", HelpName = "N" }, 1, MaxPage);
    private static readonly Option<string?> After = new("--after") { Description = "Last batch of the page before", HelpName = "ID" };

    /// <summary>Creates the command.</summary>
    public static Command Create(Func<ParseResult, Invocation> invocationOf) => new("batch", "Batches over blobs that the service reads and writes.")
    {
        Build(invocationOf, "start", "Start a batch.", [Input], [Metadata, Wait], StartAsync),
        Build(invocationOf, "status", "Show a batch.", [Id], [], (invocation, client, cancellationToken) =>
            ShowAsync(invocation, client.GetAsync(RouteOf(invocation.Get(Id)), cancellationToken))),
        Build(invocationOf, "wait", "Wait for the end of a batch. Exit code 1 if it or a job failed.", [Id], [], (invocation, client, cancellationToken) =>
            BatchWait.RunAsync(invocation, client, RouteOf(invocation.Get(Id)), cancellationToken)),
        Build(invocationOf, "cancel", "Cancel a batch.", [Id], [], (invocation, client, cancellationToken) =>
            ShowAsync(invocation, client.PostAsync($"{RouteOf(invocation.Get(Id))}/cancel", null, null, cancellationToken))),
        Build(invocationOf, "list", "List batches, the newest first.", [], [Limit, After], ListAsync),
    };

    private static Command Build(
        Func<ParseResult, Invocation> invocationOf,
        string name,
        string description,
        IEnumerable<Argument> arguments,
        IReadOnlyCollection<Option> options,
        Func<Invocation, ServiceClient, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (var argument in arguments)
        {
            command.Arguments.Add(argument);
        }

        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (values, cancellationToken) =>
        {
            var invocation = invocationOf(values);
            using var client = invocation.Connect(invocation.Get(Wait) || name == "wait" ? WaitRetryFor : RetryFor);
            return await run(invocation, client, cancellationToken);
        });
        return command;
    }

    private static async Task<int> StartAsync(Invocation invocation, ServiceClient client, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(
            new BatchStart(invocation.Get(Input), ReadMetadata(invocation.Get(Metadata) ?? [])), ServiceJson.Default.BatchStart);
        var answer = await client.PostAsync(Route, request, Guid.NewGuid().ToString("N"), cancellationToken);
        answer.EnsureSuccess();
        if (invocation.Get(Wait))
        {
            return await BatchWait.RunAsync(invocation, client, RouteOf(answer.Read(ServiceJson.Default.BatchObject).Id), cancellationToken);
        }

        BatchView.Write(invocation, answer);
        return ExitCodes.Done;
    }

    private static async Task<int> ShowAsync(Invocation invocation, Task<ServiceAnswer> asked)
    {
        var answer = await asked;
        answer.EnsureSuccess();
        BatchView.Write(invocation, answer);
        return ExitCodes.Done;
    }

    private static async Task<int> ListAsync(Invocation invocation, ServiceClient client, CancellationToken cancellationToken)
    {
        string?[] query =
        [
            invocation.Get(Limit) is { } limit ? FormattableString.Invariant($"limit={limit}") : null,
            invocation.Get(After) is { } after ? $"after={Uri.EscapeDataString(after)}" : null,
        ];
        var text = string.Join('&', query.Where(part => part is not null));
        var answer = await client.GetAsync(text.Length > 0 ? $"{Route}?{text}" : Route, cancellationToken);
        answer.EnsureSuccess();
        BatchView.WritePage(invocation, answer);
        return ExitCodes.Done;
    }

    private static string RouteOf(string id) => $"{Route}/{Uri.EscapeDataString(id)}";

    private static Dictionary<string, string>? ReadMetadata(IReadOnlyCollection<string> pairs)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !metadata.TryAdd(pair[..equals], pair[(equals + 1)..]))
            {
                throw CliException.Usage("--metadata must be name=value, each name once.");
            }
        }

        return metadata.Count > 0 ? metadata : null;
    }
}
