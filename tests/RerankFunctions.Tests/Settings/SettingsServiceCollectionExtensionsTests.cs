using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Settings;

namespace RerankFunctions.Tests.Settings;

public sealed class SettingsServiceCollectionExtensionsTests
{
    [Fact]
    public void Values_are_bound_and_defaults_stay()
    {
        var sample = Read(("Section:Count", "7"));

        Assert.Equal(7, sample.Count);
        Assert.Equal("a", sample.Name);
    }

    [Theory]
    [InlineData("Count", "0", "between 1 and 9")]
    [InlineData("Count", "many", "Int32")]
    [InlineData("Name", "", "required")]
    [InlineData("Name", "b", "must be a, not after Z")]
    public void A_wrong_value_is_told_with_name_value_and_what_is_allowed(string name, string value, string allowed)
    {
        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => Read(($"Section:{name}", value))).Failures);

        Assert.Contains($"Section:{name}", failure, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", failure, StringComparison.Ordinal);
        Assert.Contains(allowed, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_values_are_told_at_once() =>
        Assert.Equal(
            2,
            Assert.Throws<OptionsValidationException>(() => Read(("Section:Count", "10"), ("Section:Name", ""))).Failures.Count());

    private static Sample Read(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        using var services = new ServiceCollection().AddSettings<Sample>(configuration, "Section").BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
        return services.GetRequiredService<IOptions<Sample>>().Value;
    }

    private sealed class Sample : IValidatableObject
    {
        [Range(1, 9)]
        public int Count { get; set; } = 1;

        [Required]
        public string Name { get; set; } = "a";

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
            Name == "a" ? [] : [new ValidationResult("It must be a, not after Z.", [nameof(Name)])];
    }
}
