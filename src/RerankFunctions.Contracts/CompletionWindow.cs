using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RerankFunctions.Contracts;

/// <summary>The time that a batch has, as text: a number and <c>m</c>, <c>h</c> or <c>d</c>, for instance <c>24h</c>.</summary>
public static class CompletionWindow
{
    /// <summary>The shortest window.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromMinutes(1);

    /// <summary>The longest window. Storage drops the parts of an output after a week that is not complete by then.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(6);

    private const int MaxDigits = 5;

    /// <summary>Parses a window between <see cref="Min"/> and <see cref="Max"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan window)
    {
        window = default;
        if (text is not { Length: > 1 and <= MaxDigits + 1 }
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        window = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => default,
        };
        return window >= Min && window <= Max;
    }

    /// <summary>Returns the text of a window, in hours if they are whole.</summary>
    public static string Format(TimeSpan window) => window.Ticks % TimeSpan.TicksPerHour == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{window.TotalHours:F0}h")
        : string.Create(CultureInfo.InvariantCulture, $"{window.TotalMinutes:F0}m");
}
