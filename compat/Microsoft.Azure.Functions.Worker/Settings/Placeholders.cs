using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>Replaces <c>%name%</c> in attributes with settings.</summary>
internal static partial class Placeholders
{
    /// <summary>Replaces the placeholders in a text.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing.</exception>
    public static string Resolve(this IConfiguration settings, string text, string function) =>
        Placeholder().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            return settings[name.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } value
                ? value
                : throw new InvalidOperationException($"Function {function}: \"{text}\" names the setting {name}, which is not set.");
        });

    [GeneratedRegex("%(?<name>[^%]+)%")]
    private static partial Regex Placeholder();
}
