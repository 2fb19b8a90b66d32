using System.Text.RegularExpressions;

namespace RerankFunctions.Tests.Architecture;

/// <summary>The rules of CONTRIBUTING.md that no analyzer checks, over every C# file of the repository.</summary>
public sealed partial class SourceRulesTests
{
    private static readonly IReadOnlyList<(string Path, string[] Lines)> Sources =
    [
        .. new[] { "src", "tests", "compat" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !Generated().IsMatch(path))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Select(path => (path, File.ReadAllLines(Path.Combine(Repository.Root, path)))),
    ];

    [Fact]
    public void A_line_has_at_most_160_characters() => AssertNoLine(line => line.Length > 160);

    [Fact]
    public void A_caught_exception_is_named_exception() => AssertNoLine(line => OtherCatchName().IsMatch(line));

    [Fact]
    public void No_await_leaves_the_synchronization_context() => AssertNoLine(line => AwaitOutsideContext().IsMatch(line));

    [Fact]
    public void A_file_of_src_has_6_to_250_lines() => Assert.Empty(
        Sources.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal) && file.Lines.Length is < 6 or > 250)
            .Select(file => $"{file.Path}: {file.Lines.Length} lines"));

    private static void AssertNoLine(Predicate<string> breaksRule)
    {
        var found = Sources.SelectMany(file => file.Lines.Index()
            .Where(line => breaksRule(line.Item))
            .Select(line => $"{file.Path}:{line.Index + 1}: {line.Item.Trim()}"));

        Assert.True(!found.Any(), string.Join('\n', found));
    }

    [GeneratedRegex(@"[/\\](bin|obj|node_modules)[/\\]")]
    private static partial Regex Generated();

    [GeneratedRegex(@"\bcatch \([\w.]+ (?!exception\))\w+\)")]
    private static partial Regex OtherCatchName();

    [GeneratedRegex(@"\.ConfigureAwait\((continueOnCapturedContext: )?false\)")]
    private static partial Regex AwaitOutsideContext();
}
