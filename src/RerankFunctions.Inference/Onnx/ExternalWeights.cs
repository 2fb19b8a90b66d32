namespace RerankFunctions.Inference.Onnx;

/// <summary>Weights that lie beside the graph.</summary>
internal static class ExternalWeights
{
    /// <summary>The file of weights that a tensor names.</summary>
    /// <param name="folder">The graph's folder.</param>
    /// <param name="location">The file as the tensor spells it, relative to the folder.</param>
    /// <returns>Full path inside the folder.</returns>
    /// <exception cref="OnnxFormatException">The name leads out of the folder, or there is no such file.</exception>
    public static string Find(string folder, string location)
    {
        if (location.Length == 0 || location.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(location))
        {
            throw new OnnxFormatException("it names a file of weights that is not relative to its folder");
        }

        var full = Path.GetFullPath(Path.Combine(folder, location));
        var relative = Path.GetRelativePath(folder, full);
        if (relative == ".." || relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) || Path.IsPathRooted(relative))
        {
            throw new OnnxFormatException("it names a file of weights outside its folder");
        }

        return File.Exists(full) ? full : throw new OnnxFormatException($"its weights are in {PrintableName.Of(location)}, which is not there");
    }
}
