using System.Text.RegularExpressions;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Clients;
using RerankFunctions.Contracts;
using RerankFunctions.Hosting;
using RerankFunctions.Http;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.Sync;

namespace RerankFunctions.Tests.Documentation;

public sealed partial class SettingsDocumentTests
{
    [Theory]
    [InlineData(typeof(JobsOptions), "Rerank")]
    [InlineData(typeof(CallbackOptions), "Rerank")]
    [InlineData(typeof(BatchOptions), "Rerank:Batches")]
    [InlineData(typeof(ModelOptions), "Rerank")]
    [InlineData(typeof(NamedModelOptions), "Rerank:Models:NAME")]
    [InlineData(typeof(ModelSourceOptions), "Rerank")]
    [InlineData(typeof(ScoringOptions), "Rerank")]
    [InlineData(typeof(CacheOptions), "Rerank")]
    [InlineData(typeof(SharedCacheOptions), "Rerank")]
    [InlineData(typeof(RequestLimits), "Rerank:Limits")]
    [InlineData(typeof(ApiOptions), "Rerank")]
    [InlineData(typeof(ProcessOptions), "Rerank")]
    [InlineData(typeof(ClientOptions), "Rerank")]
    [InlineData(typeof(SyncOptions), "Rerank")]
    public void Every_setting_has_its_one_row(Type options, string section)
    {
        ArgumentNullException.ThrowIfNull(options);
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "settings.md"));
        var rows = RowStart().Matches(document).Select(match => match.Groups["name"].Value).ToArray();

        Assert.All(
            options.GetProperties().Where(property => property.CanWrite),
            property => Assert.Single(rows, row => row == $"{section}:{property.Name}"));
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)`", RegexOptions.Multiline)]
    private static partial Regex RowStart();
}
