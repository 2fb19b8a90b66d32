namespace RerankFunctions.Fuzz;

/// <summary>What is mutated: the models and vocabularies of the repository, and the small ones beside it where they are.</summary>
internal static class Material
{
    /// <summary>Model folders, smallest first.</summary>
    public static IReadOnlyList<string> ModelFolders { get; } =
        [.. new[] { Path.Combine(Repository.Root, "models"), Path.Combine(Repository.Root, "..", "shared", "models") }
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Where(folder => File.Exists(Path.Combine(folder, "config.json")) && File.Exists(Path.Combine(folder, "tokenizer.json")))
            .DistinctBy(Path.GetFileName)
            .OrderBy(folder => folder, StringComparer.Ordinal)];

    /// <summary>Folders with safetensors and no graph.</summary>
    public static IReadOnlyList<string> SafetensorsFolders { get; } =
    [
        .. Directory.GetDirectories(Path.Combine(Repository.Root, "tests", "RerankFunctions.Tests", "Models", "safetensors")).Order(StringComparer.Ordinal),
    ];

    /// <summary>Every <c>tokenizer.json</c>, those of tests included.</summary>
    public static IReadOnlyList<string> Tokenizers { get; } =
        [.. ModelFolders.Select(folder => Path.Combine(folder, "tokenizer.json"))
            .Concat(TestTokenizers())
            .OrderBy(file => file, StringComparer.Ordinal)];

    /// <summary>The large vocabularies beside the repository, gzipped; none where they are missing.</summary>
    public static IReadOnlyList<string> SharedVocabularies { get; } = [.. Gzipped(Path.Combine(Repository.Root, "..", "shared", "tokenizers"))];

    private static IEnumerable<string> Gzipped(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.tokenizer.json.gz").Order(StringComparer.Ordinal) : [];

    private static IEnumerable<string> TestTokenizers()
    {
        var tests = Path.Combine(Repository.Root, "tests", "RerankFunctions.Tests", "Tokenizers");
        return Directory.Exists(tests) ? Directory.EnumerateFiles(tests, "*tokenizer*.json", SearchOption.AllDirectories) : [];
    }
}
