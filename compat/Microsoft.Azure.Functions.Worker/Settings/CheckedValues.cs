using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>Reads settings with a range.</summary>
internal static class CheckedValues
{
    /// <summary>Reads a number.</summary>
    /// <exception cref="InvalidOperationException">The value is not a number from <paramref name="min"/> to <paramref name="max"/>.</exception>
    public static int GetNumber(this IConfiguration section, string name, int defaultValue, int min, int max) =>
        section[name] is not { Length: > 0 } text ? defaultValue
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw Wrong(section, name, text, $"a number from {min} to {max}");

    /// <summary>Reads a time span.</summary>
    /// <exception cref="InvalidOperationException">The value is not a time from <paramref name="min"/> to <paramref name="max"/>.</exception>
    public static TimeSpan GetInterval(this IConfiguration section, string name, TimeSpan defaultValue, TimeSpan min, TimeSpan max) =>
        section[name] is not { Length: > 0 } text ? defaultValue
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw Wrong(section, name, text, $"a time from {min:c} to {max:c}");

    /// <summary>Creates the exception for a value that is not allowed.</summary>
    public static InvalidOperationException Wrong(IConfiguration section, string name, string text, string allowed) =>
        new($"{(section is IConfigurationSection { Path: var path } ? path + ":" : "")}{name} is \"{text}\"; it must be {allowed}.");
}
