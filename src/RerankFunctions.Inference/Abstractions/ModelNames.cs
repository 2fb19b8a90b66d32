using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>The rule for names and aliases of models.</summary>
public static class ModelNames
{
    /// <summary>The name by which requests call the default model, whatever its own name. No model may have it.</summary>
    public const string Default = "default";

    /// <summary>What a name must be, for messages.</summary>
    public const string Rule = "from 1 to 200 characters, no control characters, no white space at its ends, and not \"default\"";

    private const int MaxCharacters = 200;

    /// <summary>Returns whether a text can be a name.</summary>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= MaxCharacters && !name.Any(char.IsControl) && name.Trim().Length == name.Length && name != Default;
    }

    /// <summary>Splits the names in a setting.</summary>
    /// <param name="setting">Names with commas between; null or empty for none.</param>
    public static IReadOnlyList<string> Split(string? setting) =>
        (setting ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Returns the last part of a path, which names a model if no setting does; null for a path that has none.</summary>
    public static string? LastPart(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Split('/', '\\').LastOrDefault(part => !string.IsNullOrWhiteSpace(part) && part is not ("." or ".."));
    }

    /// <summary>Validates a setting with one name; null and an empty text are valid.</summary>
    public static ValidationResult? ValidateName(string? setting, ValidationContext context) =>
        string.IsNullOrEmpty(setting) || IsValid(setting) ? ValidationResult.Success : Invalid($"It must have {Rule}.", context);

    /// <summary>Validates a setting with names.</summary>
    public static ValidationResult? ValidateList(string? setting, ValidationContext context) =>
        Split(setting).All(IsValid) ? ValidationResult.Success : Invalid($"Each name must have {Rule}; commas stand between names.", context);

    private static ValidationResult Invalid(string message, ValidationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ValidationResult(message, [context.MemberName ?? ""]);
    }
}
