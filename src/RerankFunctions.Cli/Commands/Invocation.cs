using System.CommandLine;
using RerankFunctions.Cli.Display;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Cli.Service;

namespace RerankFunctions.Cli.Commands;

/// <summary>A command that runs.</summary>
/// <param name="Terminal">Its surroundings.</param>
/// <param name="Time">Its clock.</param>
/// <param name="Values">Its options.</param>
internal sealed record Invocation(Terminal Terminal, TimeProvider Time, ParseResult Values)
{
    private const string DefaultAddress = "http://localhost:7071";

    /// <summary>Whether the output is JSON.</summary>
    public bool IsJson => Values.GetValue(GlobalOptions.Json);

    /// <summary>Returns the value of an option; null if it is absent.</summary>
    public T? Get<T>(Option<T> option) => Values.GetValue(option);

    /// <summary>Returns the value of an argument.</summary>
    public T Get<T>(Argument<T> argument)
        where T : notnull => Values.GetRequiredValue(argument);

    /// <summary>Reads how to reach the service.</summary>
    /// <param name="defaultRetry">For how long calls are tried again, where no option says it.</param>
    /// <exception cref="CliException">The address is not valid.</exception>
    public ServiceSettings ReadService(TimeSpan defaultRetry)
    {
        var text = Get(GlobalOptions.Url)
            ?? (Terminal.Environment.GetValueOrDefault("RERANK_URL") is { Length: > 0 } variable ? variable : DefaultAddress);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            || address is not { UserInfo: "", Query: "", Fragment: "" })
        {
            throw CliException.Usage("The address of the service must be an absolute http or https URL without user, query and fragment.");
        }

        var key = Get(GlobalOptions.Key) ?? Terminal.Environment.GetValueOrDefault("RERANK_KEY");
        if (key is not null && !key.All(character => character is > ' ' and <= '~'))
        {
            throw CliException.Usage("The key must consist of printable ASCII characters without spaces.");
        }

        var retry = Get(GlobalOptions.RetryFor) is { } seconds ? TimeSpan.FromSeconds(seconds) : defaultRetry;
        return new ServiceSettings(address, string.IsNullOrEmpty(key) ? null : key, retry);
    }

    /// <summary>Creates a client of the service.</summary>
    public ServiceClient Connect(TimeSpan defaultRetry) => new(ReadService(defaultRetry), Time);

    /// <summary>Writes JSON of a service as one line of output.</summary>
    public void WriteJson(ReadOnlyMemory<byte> json) => Terminal.Output.WriteLine(System.Text.Encoding.UTF8.GetString(json.Span).Trim());
}
