namespace RerankFunctions.Inference.Onnx;

/// <summary>Paths without links, as ONNX Runtime compares them.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>Resolves every link in a path. What does not exist stays as it is.</summary>
    /// <param name="path">A full path.</param>
    /// <exception cref="IOException">The links form a circle.</exception>
    public static string Of(string path)
    {
        var links = 0;
        var real = Path.GetPathRoot(path)!;
        var pending = new Stack<string>(Segments(path));
        while (pending.TryPop(out var segment))
        {
            var next = Path.GetFullPath(segment, real);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException($"{path} passes through more than {MaxLinks} links.");
            }

            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(target)!;
            }

            foreach (var part in Segments(target))
            {
                pending.Push(part);
            }
        }

        return real;
    }

    /// <summary>Returns the innermost folder that real files are in; null if they are on different drives.</summary>
    public static string? CommonFolderOf(IReadOnlyCollection<string> files)
    {
        var common = Path.GetDirectoryName(files.First());
        while (common is not null && !files.All(file => IsInside(common, file)))
        {
            common = Path.GetDirectoryName(common);
        }

        return common;
    }

    /// <summary>Returns whether a real path is inside a real folder.</summary>
    public static bool IsInside(string folder, string path) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Last one first, as a stack takes them.
    private static IEnumerable<string> Segments(string path) =>
        path[Path.GetPathRoot(path)!.Length..]
            .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Reverse();
}
