namespace RerankFunctions;

/// <summary>The folder of the repository in which the running program was built.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "RerankFunctions.sln"))
            ? folder.FullName
            : Find(folder.Parent ?? throw new DirectoryNotFoundException($"No RerankFunctions.sln above {AppContext.BaseDirectory}."));
}
