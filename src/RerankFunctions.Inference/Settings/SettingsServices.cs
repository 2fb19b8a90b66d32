using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Inference.Settings;

/// <summary>Registers settings that are checked when the process starts.</summary>
public static class SettingsServices
{
    /// <summary>
    /// Binds a section of the configuration to options whose properties carry validation attributes. A wrong setting is an
    /// <see cref="OptionsValidationException"/> at start that says the setting's name, its value and what is allowed: nothing secret
    /// may be in such options.
    /// </summary>
    /// <param name="services">Where they are added.</param>
    /// <param name="configuration">The root of the configuration.</param>
    /// <param name="section">Name of the section.</param>
    public static IServiceCollection AddSettings<TOptions>(
        this IServiceCollection services,
        IConfiguration configuration,
        string section)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var values = configuration.GetSection(section);
        services.AddOptions<TOptions>().Configure(options => Bind(values, options)).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TOptions>>(new AnnotatedSettings<TOptions>(section));
    }

    private static void Bind<TOptions>(IConfigurationSection values, TOptions options)
        where TOptions : class
    {
        try
        {
            values.Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            // The binder's message has the setting's name, its value and its type.
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), [exception.Message]);
        }
    }
}
