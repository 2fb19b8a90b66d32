using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>
/// Names of files inside a folder, as a model's own files and servers give them: relative, '/' between segments, hostile until checked.
/// The check is on the name alone: links on the local disk are the operator's.
/// </summary>
public static class RelativePath
{
    /// <summary>What a valid name is, as the end of an error message.</summary>
    public const string Rule = "a relative path with '/' between its parts, without '.', '..', control characters and \\ : * ? \" < > |";

    private const int MaxLength = 512;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\:*?\"<>|");

    /// <summary>Returns whether a name stays inside the folder that it is relative to, on every operating system.</summary>
    public static bool IsValid(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length is 0 or > MaxLength || path.AsSpan().ContainsAny(Forbidden))
        {
            return false;
        }

        foreach (var segment in path.Split('/'))
        {
            // Windows drops dots and spaces at the end, which would turn "..." and ".. " into "..".
            if (segment.Length == 0 || segment.EndsWith('.') || segment.EndsWith(' ') || segment.Any(char.IsControl))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Validates a name that a setting gives; none, or an empty one, is valid.</summary>
    public static ValidationResult? ValidateSetting(string? path, ValidationContext context) =>
        string.IsNullOrEmpty(path) || IsValid(path) ? ValidationResult.Success : new ValidationResult($"It must be {Rule}.", [context?.MemberName ?? ""]);

    /// <summary>Resolves a name against a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">The name.</param>
    /// <param name="fullPath">The full path; null for a name that is not valid.</param>
    /// <returns>Whether the name is valid.</returns>
    public static bool TryResolve(string folder, string path, [NotNullWhen(true)] out string? fullPath)
    {
        ArgumentNullException.ThrowIfNull(folder);
        fullPath = IsValid(path) ? Path.GetFullPath(Path.Combine(folder, path)) : null;
        return fullPath is not null;
    }

    /// <summary>Resolves a name that was checked before.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static string Resolve(string folder, string path) =>
        TryResolve(folder, path, out var fullPath) ? fullPath : throw new ArgumentException($"The name must be {Rule}.", nameof(path));
}
