using System.CommandLine;

namespace RerankFunctions.Cli.Commands;

/// <summary>Bounds of numeric options.</summary>
internal static class Ranges
{
    /// <summary>Accepts numbers of a range only.</summary>
    /// <param name="option">The option.</param>
    /// <param name="min">Least value.</param>
    /// <param name="max">Largest value.</param>
    /// <returns>The option.</returns>
    public static Option<int?> Limit(Option<int?> option, int min, int max)
    {
        option.CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            {
                return number;
            }

            result.AddError($"{option.Name} must be a number from {min} to {max}.");
            return null;
        };
        return option;
    }
}
