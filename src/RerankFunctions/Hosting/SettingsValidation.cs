using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Hosting;

/// <summary>
/// Validates the settings when the process starts, and keeps the failures instead of ending the start: the Functions host does not
/// recover from a worker that ends within seconds, and shows nothing of the reason.
/// </summary>
/// <param name="validator">The validator of all options that are validated at start.</param>
public sealed class SettingsValidation(IStartupValidator validator) : IStartupValidator
{
    /// <summary>One sentence for each wrong setting, which begins with the setting's name and may show its value. Empty before the start.</summary>
    public IReadOnlyList<string> Failures { get; private set; } = [];

    /// <summary>Names of the wrong settings.</summary>
    public IReadOnlyList<string> WrongSettings => [.. Failures.Select(failure => failure.Split(' ', 2)[0]).Distinct()];

    /// <inheritdoc />
    public void Validate()
    {
        try
        {
            validator.Validate();
        }
        catch (OptionsValidationException exception)
        {
            Failures = [.. exception.Failures];
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            Failures = [.. exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)];
        }
    }

    /// <summary>Creates the validation around the validator that the services have.</summary>
    internal static SettingsValidation Decorate(IServiceProvider provider, ServiceDescriptor validator) =>
        new((IStartupValidator)ActivatorUtilities.CreateInstance(provider, validator.ImplementationType
            ?? throw new InvalidOperationException("No options are validated at start.")));
}
