using System.Globalization;

namespace RerankFunctions.Benchmarks.Measurement;

/// <summary>Pairs of <c>--name value</c> on the command line. The last value of a name counts.</summary>
internal sealed class BenchmarkOptions(string[] args)
{
    private readonly Dictionary<string, string> _values = args.Chunk(2).GroupBy(pair => pair[0], StringComparer.Ordinal).ToDictionary(
        group => group.Key,
        group => group.Last() is [_, var value] ? value : throw new ArgumentException($"{group.Key} has no value."),
        StringComparer.Ordinal);

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int fallback) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;

    /// <summary>Reads numbers that commas separate.</summary>
    public IReadOnlyList<int> Numbers(string name, string fallback) =>
        [.. (Text(name) ?? fallback).Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];

    /// <summary>Returns whether <c>--rows</c>, a list with commas, names a row or is absent.</summary>
    public bool HasRow(string row) => Text("--rows") is not { } rows || rows.Split(',').Contains(row, StringComparer.Ordinal);
}
