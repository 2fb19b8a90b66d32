namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Paths that files of a model folder give: they must stay inside the folder.</summary>
internal static class FolderPath
{
    /// <summary>Resolves a relative path lexically; links on disk are the operator's.</summary>
    /// <param name="folder">Full path of the folder it starts at and must stay in.</param>
    /// <param name="relative">The path as the file gives it.</param>
    /// <param name="path">The full path.</param>
    /// <returns>False for an absolute path, a drive, a <c>..</c> or an empty path.</returns>
    public static bool TryResolve(string folder, string relative, out string path)
    {
        path = "";
        if (relative.Length is 0 or > 1024 || Path.IsPathRooted(relative) || relative.AsSpan().ContainsAny('\0', ':'))
        {
            return false;
        }

        var parts = relative.Split('/', '\\');
        if (parts.Any(part => part is "" or ".."))
        {
            return false;
        }

        path = Path.GetFullPath(Path.Combine([folder, .. parts]));
        return true;
    }
}
