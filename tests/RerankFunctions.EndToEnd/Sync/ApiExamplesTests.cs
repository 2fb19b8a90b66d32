using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd.Sync;

/// <summary>The examples in docs/api.md, run as they stand there.</summary>
public sealed partial class ApiExamplesTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const string Key = "the key of the examples";

    private static readonly Dictionary<string, (string File, string Command, string[] Arguments)> Languages = new()
    {
        ["sh"] = ("example.sh", "bash", ["example.sh"]),
        ["ts"] = ("example.mjs", "node", ["example.mjs"]),
        ["python"] = ("example.py", "python3", ["example.py"]),
        ["csharp"] = ("example.cs", "dotnet", ["run", "example.cs"]),
    };

    [Fact]
    public async Task Every_example_reranks()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api.md"));
        var examples = CodeBlock().Matches(document[document.IndexOf("## Examples", StringComparison.Ordinal)..])
            .ToDictionary(match => match.Groups["language"].Value, match => match.Groups["code"].Value);
        Assert.Equal(Languages.Keys.Order(), examples.Keys.Order());

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));
        await using var app = await AppServer.StartAsync(azurite.ConnectionString, ("Rerank:ClientKeys:examples", hash));
        await Task.WhenAll(examples.Select(example => RunAsync(example.Key, example.Value, app.Api.Root)));
    }

    private static async Task RunAsync(string language, string code, Uri root)
    {
        var (file, command, arguments) = Languages[language];
        var folder = Directory.CreateTempSubdirectory("rerank-example-").FullName;
        try
        {
            // The compiler of native code is not part of the SDK.
            await File.WriteAllTextAsync(Path.Combine(folder, file), language == "csharp" ? $"#:property PublishAot=false\n{code}" : code);
            var environment = new Dictionary<string, string>
            {
                ["RERANK_URL"] = root.ToString().TrimEnd('/'),
                ["RERANK_KEY"] = Key,
                ["DOTNET_NOLOGO"] = "true",
                // No server of the SDK outlives the test.
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
                ["UseSharedCompilation"] = "false",
            };
            await using var process = ChildProcess.Start(command, arguments, folder, environment);
            Assert.True(await process.WaitForExitAsync() == 0, $"{language}: {process.Output}");
            var answer = JsonNode.Parse(process.Output[process.Output.IndexOf('{', StringComparison.Ordinal)..])!;
            Assert.Equal(1, answer["results"]!.AsArray().Single()!["index"]!.GetValue<int>());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
