namespace RerankFunctions.Tests.Support;

/// <summary>Large vocabularies, models and goldens that lie beside the repository on some machines: the folder <c>../shared</c>.</summary>
internal static class SharedMaterial
{
    public static readonly string? Folder = Find();

    /// <summary>Whether tests leave out no golden: <c>RERANK_ALL_ROWS=1</c>. By default they leave out long rows where others of their kind stay.</summary>
    public static readonly bool TakesAllRows = Environment.GetEnvironmentVariable("RERANK_ALL_ROWS") == "1";

    public static string PathOf(string relative) =>
        Path.Combine(Folder ?? throw new InvalidOperationException("../shared is not there: mark the test with SharedFact."), relative);

    private static string? Find()
    {
        var shared = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared"));
        return Directory.Exists(Path.Combine(shared, "tokenizers")) ? shared : null;
    }
}
