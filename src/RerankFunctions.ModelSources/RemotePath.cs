using System.Buffers;

namespace RerankFunctions.ModelSources;

/// <summary>Names of files as a server gives them: relative, with '/' between segments, and hostile until checked.</summary>
internal static class RemotePath
{
    private const int MaxLength = 512;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\:*?\"<>|");

    /// <summary>Whether a name stays inside the folder that it is put in, on every operating system.</summary>
    public static bool IsSafe(string path)
    {
        if (path.Length is 0 or > MaxLength || path.AsSpan().ContainsAny(Forbidden))
        {
            return false;
        }

        foreach (var segment in path.Split('/'))
        {
            // Windows drops trailing dots and spaces, which would make "..." or ".. " climb.
            if (segment.Length == 0 || segment.EndsWith('.') || segment.EndsWith(' ') || segment.Any(char.IsControl))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The local path of a name inside a folder.</summary>
    /// <exception cref="ArgumentException">The name leads out of the folder.</exception>
    public static string Within(string folder, string path)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        var full = Path.GetFullPath(Path.Combine(root, path));
        return IsSafe(path) && full.StartsWith(root, StringComparison.Ordinal)
            ? full
            : throw new ArgumentException("The name leads out of its folder.", nameof(path));
    }
}
