using System.Collections;
using System.Text;

namespace RerankFunctions.Cli.Display;

/// <summary>The surroundings of a command.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output: results alone.</param>
/// <param name="Error">Standard error: messages and progress.</param>
/// <param name="IsOutputTerminal">Whether a person reads the output, so that it is a table; otherwise it is tab-separated.</param>
/// <param name="IsErrorTerminal">Whether a person reads the messages, so that progress is shown.</param>
/// <param name="Environment">The environment variables.</param>
internal sealed record Terminal(
    Stream Input,
    TextWriter Output,
    TextWriter Error,
    bool IsOutputTerminal,
    bool IsErrorTerminal,
    IReadOnlyDictionary<string, string> Environment)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Returns the surroundings of this process.</summary>
    public static Terminal OfProcess()
    {
        Console.OutputEncoding = Utf8;
        var environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!, StringComparer.Ordinal);
        return new Terminal(
            Console.OpenStandardInput(), Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, environment);
    }
}
