using System.Globalization;

namespace RerankFunctions.Benchmarks;

/// <summary>Pairs of <c>--name value</c> on the command line.</summary>
internal sealed class BenchmarkOptions(string[] args)
{
    private readonly Dictionary<string, string> _values = args.Chunk(2).ToDictionary(
        pair => pair[0],
        pair => pair.Length == 2 ? pair[1] : throw new ArgumentException($"{pair[0]} has no value."),
        StringComparer.Ordinal);

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int fallback) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;
}
