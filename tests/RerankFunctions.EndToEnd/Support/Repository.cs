namespace RerankFunctions.EndToEnd.Support;

/// <summary>Where things lie that the tests start or read.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The built app, of the same configuration as these tests.</summary>
    public static string AppFolder { get; } = Path.Combine(
        Root,
        "src",
        "RerankFunctions",
        Path.GetRelativePath(Path.Combine(Root, "tests", "RerankFunctions.EndToEnd"), AppContext.BaseDirectory));

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "RerankFunctions.sln"))
            ? folder.FullName
            : Find(folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository."));
}
