using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Settings;

/// <summary>The check of options by their validation attributes.</summary>
/// <param name="section">Section of the configuration that the options are read from.</param>
/// <param name="optionsName">Name of the options.</param>
/// <param name="isSecret">Whether messages must not show values; the messages of the attributes then name the setting themselves.</param>
internal sealed class AnnotatedSettings<TOptions>(string section, string optionsName = "", bool isSecret = false) : IValidateOptions<TOptions>
    where TOptions : class
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (name != optionsName)
        {
            return ValidateOptionsResult.Skip;
        }

        var results = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(results.SelectMany(result => result.MemberNames.Select(member => Describe(options, member, result))));
    }

    private string Describe(TOptions options, string member, ValidationResult result)
    {
        if (isSecret)
        {
            return result.ErrorMessage ?? $"{section}:{member} is wrong.";
        }

        var value = typeof(TOptions).GetProperty(member)?.GetValue(options);
        return string.Create(CultureInfo.InvariantCulture, $"{section}:{member} is '{value}'. {result.ErrorMessage}");
    }
}
