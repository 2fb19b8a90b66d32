using System.ComponentModel.DataAnnotations;
using RerankFunctions.Jobs.Settings;

namespace RerankFunctions.Tests.Jobs;

public sealed class JobsOptionsTests
{
    private static List<ValidationResult> Validate(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results;
    }

    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(Validate(new JobsOptions()));

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Rerank")]
    [InlineData("a--b")]
    [InlineData("-ab")]
    [InlineData("a/../b")]
    public void A_wrong_container_is_named(string container) =>
        Assert.Contains(nameof(JobsOptions.Container), Assert.Single(Validate(new JobsOptions { Container = container })).MemberNames);

    [Fact]
    public void Renewals_must_fit_into_the_lease() =>
        Assert.Single(Validate(new JobsOptions { LeaseDuration = TimeSpan.FromSeconds(10), LeaseRenewal = TimeSpan.FromSeconds(4) }));

    [Fact]
    public void Ranges_are_checked() =>
        Assert.Equal(3, Validate(new JobsOptions { MaxAttempts = 0, SubmitTimeout = TimeSpan.Zero, LeaseDuration = TimeSpan.FromHours(1) }).Count);

    [Theory]
    [InlineData("UseDevelopmentStorage=true", null, null, null, true)]
    [InlineData("secret nonsense", null, null, null, false)]
    [InlineData(null, null, null, null, false)]
    [InlineData(null, "account", null, null, true)]
    [InlineData(null, null, "https://a.blob.core.windows.net", "https://a.queue.core.windows.net", true)]
    [InlineData(null, null, "https://a.blob.core.windows.net", null, false)]
    [InlineData(null, null, "http://a.blob.core.windows.net", "https://a.queue.core.windows.net", false)]
    [InlineData(null, null, "/blobs", "/queues", false)]
    public void Storage_needs_a_connection(string? connection, string? account, string? blobs, string? queues, bool isValid)
    {
        var results = Validate(new StorageOptions
        {
            ConnectionString = connection,
            AccountName = account,
            BlobServiceUri = blobs is null ? null : new Uri(blobs, UriKind.RelativeOrAbsolute),
            QueueServiceUri = queues is null ? null : new Uri(queues, UriKind.RelativeOrAbsolute),
        });

        Assert.Equal(isValid, results.Count == 0);
        Assert.DoesNotContain(results, result => result.ErrorMessage!.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_credential_is_named()
    {
        var result = Assert.Single(Validate(new StorageOptions { AccountName = "account", Credential = "password" }));

        Assert.Contains("managedidentity", result.ErrorMessage, StringComparison.Ordinal);
    }
}
