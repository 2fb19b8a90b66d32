namespace RerankFunctions.Tests.Support;

/// <summary>Large vocabularies, models and goldens that lie beside the repository on some machines: the folder <c>../shared</c>.</summary>
internal static class SharedMaterial
{
    public static readonly string? Folder = Find();

    public static string PathOf(string relative) =>
        Path.Combine(Folder ?? throw new InvalidOperationException("../shared is not there: mark the test with SharedFact."), relative);

    private static string? Find()
    {
        var shared = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared"));
        return Directory.Exists(Path.Combine(shared, "tokenizers")) ? shared : null;
    }
}
