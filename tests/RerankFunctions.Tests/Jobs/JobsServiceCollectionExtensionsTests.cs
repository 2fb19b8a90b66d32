using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobsServiceCollectionExtensionsTests
{
    private static ServiceProvider Build(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value))
            .Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IReranker>(new FakeReranker(new Schedule(0)))
            .AddJobs(configuration)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=true")]
    [InlineData("AzureWebJobsStorage:accountName", "account")]
    public void Every_service_is_there(string setting, string value)
    {
        using var services = Build((setting, value));

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.NotNull(services.GetRequiredService<JobSubmission>());
        Assert.NotNull(services.GetRequiredService<JobReader>());
        Assert.NotNull(services.GetRequiredService<JobProcessor>());
        Assert.NotNull(services.GetRequiredService<PoisonedJobs>());
        Assert.NotNull(services.GetRequiredService<StorageHealth>());
    }

    [Theory]
    [InlineData("Rerank:CallbackSecret", "", false)]
    [InlineData("Rerank:CallbackSecret", " ", false)]
    [InlineData("Rerank:CallbackSecret", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", true)]
    public void Callbacks_are_on_with_a_secret_alone(string setting, string value, bool isOn)
    {
        using var services = Build(("AzureWebJobsStorage:accountName", "account"), (setting, value));

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal(isOn, services.GetRequiredService<CallbackRule>().FindFault("https://example.com/hook") is null);
    }

    [Theory]
    [InlineData("[::1]:8080", "http://[::1]:8080/hook")]
    [InlineData("[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080/hook")]
    [InlineData("LocalHost:8080, köln.example:80", "http://köln.example/hook")]
    public void Hosts_may_be_exempt_from_the_rule_of_callbacks(string hosts, string address)
    {
        using var services = Build(
            ("AzureWebJobsStorage:accountName", "account"),
            ("Rerank:CallbackSecret", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"),
            ("Rerank:CallbackAllowedHosts", hosts));

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Null(services.GetRequiredService<CallbackRule>().FindFault(address));
    }

    [Theory]
    [InlineData("Rerank:MaxAttempts", "0")]
    [InlineData("Rerank:Container", "No")]
    [InlineData("Rerank:LeaseRenewal", "00:00:20")]
    [InlineData("AzureWebJobsStorage:credential", "password")]
    public void A_wrong_setting_stops_the_start_and_is_named(string setting, string value)
    {
        using var services = Build(("AzureWebJobsStorage:accountName", "account"), (setting, value));

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(setting.Split(':')[1], exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "AccountName=a;AccountKey=hidden", "connection string")]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "https://:hidden:", "address")]
    [InlineData("AzureWebJobsStorage:queueServiceUri", "http://a.queue.core.windows.net/?sig=hidden", "https")]
    public void A_wrong_storage_stops_the_start_without_its_value(string setting, string value, string allowed)
    {
        using var services = Build(("AzureWebJobsStorage:accountName", "account"), (setting, value));

        var failure = Assert.Single(
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate()).Failures);

        Assert.Contains("AzureWebJobsStorage", failure, StringComparison.Ordinal);
        Assert.Contains(allowed, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_storage_stops_the_start()
    {
        using var services = Build();

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("AzureWebJobsStorage", exception.Message, StringComparison.Ordinal);
    }
}
