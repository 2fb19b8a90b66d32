using System.CommandLine;
using RerankFunctions.Cli.Display;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Cli.Service;

namespace RerankFunctions.Cli.Commands;

/// <summary><c>rerank models</c>: lists the models of a service.</summary>
internal static class ModelsCommand
{
    private static readonly TimeSpan RetryFor = TimeSpan.FromSeconds(10);

    /// <summary>Creates the command.</summary>
    public static Command Create(Func<ParseResult, Invocation> invocationOf)
    {
        var command = new Command("models", "List the models of the service.");
        command.SetAction((values, cancellationToken) => RunAsync(invocationOf(values), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        using var client = invocation.Connect(RetryFor);
        var answer = await client.GetAsync("/v1/models", cancellationToken);
        answer.EnsureSuccess();
        var models = answer.Read(ServiceJson.Default.ModelPage);
        if (invocation.IsJson)
        {
            invocation.WriteJson(answer.Body);
        }
        else
        {
            TableWriter.Write(invocation.Terminal, ["model"], models.Data.Select(model => (IReadOnlyList<string>)[model.Id]));
        }

        return ExitCodes.Done;
    }
}
