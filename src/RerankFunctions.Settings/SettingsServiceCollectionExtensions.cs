using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Settings;

/// <summary>Registers settings that are checked when the process starts.</summary>
public static class SettingsServiceCollectionExtensions
{
    /// <summary>
    /// Binds a section of the configuration to options whose properties carry validation attributes. A wrong setting throws
    /// <see cref="OptionsValidationException"/> at start with the setting's name, its value and what is allowed. Such options must hold no secrets.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configuration">The root of the configuration.</param>
    /// <param name="section">Name of the section.</param>
    public static IServiceCollection AddSettings<TOptions>(
        this IServiceCollection services,
        IConfiguration configuration,
        string section)
        where TOptions : class => services.AddSettings<TOptions>(configuration, section, Options.DefaultName);

    /// <summary>Binds one of several sections of the same form to named options, and checks them as the others.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configuration">The root of the configuration.</param>
    /// <param name="section">Name of the section.</param>
    /// <param name="name">Name of the options.</param>
    public static IServiceCollection AddSettings<TOptions>(
        this IServiceCollection services,
        IConfiguration configuration,
        string section,
        string name)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var values = configuration.GetSection(section);
        services.AddOptions<TOptions>(name).Configure(options => Bind(values, options, isSecret: false)).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TOptions>>(new AnnotatedSettings<TOptions>(section, name));
    }

    /// <summary>
    /// Binds a section that may hold secrets: messages show no value. An error message of an attribute or of the options' own validation must name the setting.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configuration">The root of the configuration.</param>
    /// <param name="section">Name of the section.</param>
    /// <param name="configure">Sets what binding does not, for instance from the section's own value.</param>
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
                Bind(values, options, isSecret: true);
                configure(options, values);
            })
            .ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TOptions>>(new AnnotatedSettings<TOptions>(section, isSecret: true));
    }

    // One property at a time, so that every wrong value is reported in the same words; the binder's own message shows values of secrets.
    private static void Bind<TOptions>(IConfigurationSection values, TOptions options, bool isSecret)
        where TOptions : class
    {
        var failures = new List<string>();
        foreach (var property in typeof(TOptions).GetProperties().Where(property => property.CanWrite && values[property.Name] is not null))
        {
            try
            {
                property.SetValue(options, Read(values.GetSection(property.Name), property.PropertyType));
            }
            catch (InvalidOperationException)
            {
                var shown = isSecret ? "has a wrong value" : $"is '{values[property.Name]}'";
                failures.Add($"{values.Path}:{property.Name} {shown}. It must be {Allowed(property.PropertyType)}.");
            }
        }

        if (failures.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), failures);
        }
    }

    // The binder would take the number of an enum's member for its name.
    private static object? Read(IConfigurationSection value, Type type) =>
        !type.IsEnum ? value.Get(type)
        : Enum.GetNames(type).FirstOrDefault(name => name.Equals(value.Value, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name)
        : throw new InvalidOperationException($"{value.Path} is not a member of {type.Name}.");

    private static string Allowed(Type type) =>
        type == typeof(Uri) ? "an address"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))}"
        : $"of type {(Nullable.GetUnderlyingType(type) ?? type).Name}";
}
