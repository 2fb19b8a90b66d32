using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Jobs;

namespace RerankFunctions.Tests.Batches.Settings;

public sealed class BatchOptionsTests
{
    /// <summary>Values that are just outside, with a part of the sentence that says what is allowed.</summary>
    public static TheoryData<string, string, string> Wrong => new()
    {
        { nameof(BatchOptions.DropContainer), "", "required" },
        { nameof(BatchOptions.DropContainer), "ab", "3 to 63" },
        { nameof(BatchOptions.DropContainer), new string('a', 64), "3 to 63" },
        { nameof(BatchOptions.DropContainer), "Drops", "lower-case" },
        { nameof(BatchOptions.DropContainer), "a--b", "single hyphens" },
        { nameof(BatchOptions.DropContainer), "a/../b", "lower-case" },
        { nameof(BatchOptions.InputContainers), "ab", "3 to 63" },
        { nameof(BatchOptions.InputContainers), "first,Second", "lower-case" },
        { nameof(BatchOptions.InputContainers), "first,,second", "commas between" },
        { nameof(BatchOptions.InputContainers), "first, second", "commas between" },
        { nameof(BatchOptions.InputContainers), $"first,{new string('a', 64)}", "3 to 63" },
        { nameof(BatchOptions.OutputContainer), "", "required" },
        { nameof(BatchOptions.OutputContainer), "-results", "single hyphens" },
        { nameof(BatchOptions.OutputContainer), "rerank-drops", "not be a container of inputs" },
        { nameof(BatchOptions.OutputContainer), "rerank-inputs", "not be a container of inputs" },
        { nameof(BatchOptions.CompletionWindow), "0m", "from 1m to 6d" },
        { nameof(BatchOptions.CompletionWindow), "7d", "from 1m to 6d" },
        { nameof(BatchOptions.CompletionWindow), "24:00:00", "from 1m to 6d" },
        { nameof(BatchOptions.CompletionWindow), "", "from 1m to 6d" },
        { nameof(BatchOptions.ChunkPairs), "0", "between 1 and 1000000" },
        { nameof(BatchOptions.ChunkPairs), "1000001", "between 1 and 1000000" },
        { nameof(BatchOptions.ChunkBytes), "1023", "between 1024 and 268435456" },
        { nameof(BatchOptions.ChunkBytes), "268435457", "between 1024 and 268435456" },
        { nameof(BatchOptions.MaxChunksInFlight), "0", "between 1 and 64" },
        { nameof(BatchOptions.MaxChunksInFlight), "65", "between 1 and 64" },
        { nameof(BatchOptions.MaxInputBytes), "1023", "between 1024 and 17592186044416" },
        { nameof(BatchOptions.MaxInputBytes), "17592186044417", "between 1024 and 17592186044416" },
        { nameof(BatchOptions.MaxLines), "0", "between 1 and 100000000" },
        { nameof(BatchOptions.MaxLines), "100000001", "between 1 and 100000000" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_setting_stops_the_start_with_a_sentence_that_names_it(string option, string value, string allowed)
    {
        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => Start(($"Rerank:Batches:{option}", value))).Failures);

        Assert.StartsWith($"Rerank:Batches:{option} is '{value}'. ", failure, StringComparison.Ordinal);
        Assert.Contains(allowed, failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DropContainer", "abc")]
    [InlineData("InputContainers", "")]
    [InlineData("InputContainers", "first,second-2,third")]
    [InlineData("OutputContainer", "a-b-3")]
    [InlineData("CompletionWindow", "1m")]
    [InlineData("CompletionWindow", "6d")]
    [InlineData("ChunkPairs", "1")]
    [InlineData("ChunkPairs", "1000000")]
    [InlineData("ChunkBytes", "1024")]
    [InlineData("ChunkBytes", "268435456")]
    [InlineData("MaxChunksInFlight", "1")]
    [InlineData("MaxChunksInFlight", "64")]
    [InlineData("MaxInputBytes", "1024")]
    [InlineData("MaxInputBytes", "17592186044416")]
    [InlineData("MaxLines", "1")]
    [InlineData("MaxLines", "100000000")]
    public void The_bounds_are_allowed(string option, string value) => Start(($"Rerank:Batches:{option}", value));

    [Theory]
    [InlineData("rerank-drops")]
    [InlineData("rerank-inputs")]
    [InlineData("rerank-results")]
    public void No_container_is_that_of_the_apps_own_blobs(string container)
    {
        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => Start(("Rerank:Container", container))).Failures);

        Assert.Contains("Rerank:Batches", failure, StringComparison.Ordinal);
        Assert.Contains("Rerank:Container", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_has_a_wrong_value_here() => Assert.Equal(
        typeof(BatchOptions).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Order(),
        Wrong.Select(row => (string)row[0]).Distinct().Order());

    private static void Start(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Append(("AzureWebJobsStorage:accountName", "account")).ToDictionary(
                setting => setting.Item1, setting => (string?)setting.Item2))
            .Build();
        using var services = new ServiceCollection().AddLogging().AddJobs(configuration).AddBatches(configuration).BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    }
}
