using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Settings;

/// <summary>Registers settings that are checked when the process starts.</summary>
public static class SettingsServiceCollectionExtensions
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

    /// <summary>
    /// The same for a section that may hold secrets: no value is shown. The message of a wrong setting is that of its attribute or of
    /// the options' own validation, and names the setting itself.
    /// </summary>
    /// <param name="services">Where they are added.</param>
    /// <param name="configuration">The root of the configuration.</param>
    /// <param name="section">Name of the section.</param>
    /// <param name="configure">Sets what binding does not: a value that the section has itself, beside its members.</param>
    public static IServiceCollection AddSecretSettings<TOptions>(
        this IServiceCollection services,
        IConfiguration configuration,
        string section,
        Action<TOptions, IConfigurationSection> configure)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(configure);
        var values = configuration.GetSection(section);
        services.AddOptions<TOptions>()
            .Configure(options =>
            {
                BindSecret(values, options);
                configure(options, values);
            })
            .ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TOptions>>(new AnnotatedSettings<TOptions>(section, isSecret: true));
    }

    private static void BindSecret<TOptions>(IConfigurationSection values, TOptions options)
        where TOptions : class
    {
        foreach (var property in typeof(TOptions).GetProperties())
        {
            // One at a time: the binder's message, which names the setting, shows its value too.
            if (!property.CanWrite || values[property.Name] is null)
            {
                continue;
            }

            try
            {
                property.SetValue(options, values.GetSection(property.Name).Get(property.PropertyType));
            }
            catch (InvalidOperationException)
            {
                throw new OptionsValidationException(
                    Options.DefaultName, typeof(TOptions), [$"{values.Path}:{property.Name} has a wrong value: it must be {Allowed(property.PropertyType)}."]);
            }
        }
    }

    private static string Allowed(Type type) => type == typeof(Uri) ? "an address" : $"of type {type.Name}";

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
