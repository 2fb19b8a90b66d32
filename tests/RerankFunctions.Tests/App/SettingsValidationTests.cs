using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Hosting;
using RerankFunctions.Settings;

namespace RerankFunctions.Tests.App;

public sealed class SettingsValidationTests
{
    [Fact]
    public void Failures_of_several_options_are_kept_and_named()
    {
        var settings = Validate(("First:Count", "10"), ("Second:Count", "many"), ("Second:Size", "-1"));

        Assert.Equal(["First:Count", "Second:Count"], settings.WrongSettings.Order(StringComparer.Ordinal));
        Assert.Contains(settings.Failures, failure => failure.StartsWith("First:Count is '10'. ", StringComparison.Ordinal));
    }

    [Fact]
    public void Right_settings_leave_no_failure() => Assert.Empty(Validate(("First:Count", "9")).Failures);

    private static SettingsValidation Validate(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection();
        services.AddSettings<First>(configuration, "First").AddSettings<Second>(configuration, "Second");
        var validator = services.Last(service => service.ServiceType == typeof(IStartupValidator));
        using var provider = services.BuildServiceProvider();
        var validation = SettingsValidation.Decorate(provider, validator);
        validation.Validate();
        return validation;
    }

    private sealed class First
    {
        [Range(1, 9)]
        public int Count { get; set; } = 1;
    }

    private sealed class Second
    {
        public int Count { get; set; }

        [Range(1, 9)]
        public int Size { get; set; } = 1;
    }
}
