using Microsoft.Extensions.Configuration;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.App;

public sealed class RoleTests
{
    [Theory]
    [InlineData("AzureWebJobs.{0}.Disabled", "true", false)]
    [InlineData("AzureWebJobs.{0}.Disabled", "1", false)]
    [InlineData("AzureWebJobs_{0}_Disabled", "True", false)]
    [InlineData("AzureWebJobs:{0}:Disabled", "true", false)]
    [InlineData("AzureWebJobs_{0}_Disabled", "false", true)]
    [InlineData("AzureWebJobs_{0}s_Disabled", "true", true)]
    public void A_process_whose_queue_functions_are_off_scores_no_jobs(string setting, string value, bool scores)
    {
        var settings = new[] { "ProcessJob", "ProcessBulkJob", "ProcessRecoveredJob", "ProcessBatchChunk" }
            .Select(function => (setting.Replace("{0}", function, StringComparison.Ordinal), value))
            .ToArray();
        Assert.Equal(scores, Of(settings).ScoresJobs);
        Assert.True(Of(settings[..3]).ScoresJobs);
    }

    [Fact]
    public void Requests_may_name_the_models_of_the_catalog()
    {
        var catalog = new ModelCatalog([new ModelDefinition("a", "x"), new ModelDefinition("b", "y") { Aliases = ["c"] }], defaultModel: "b");
        var models = Role.Read(new ConfigurationBuilder().Build(), catalog).Models;
        Assert.Equal(["b", "a"], models.Models.Select(model => model.Name));
        Assert.Equal(("b", "b", "a", null), (models.Default, models.Resolve("c"), models.Resolve("a"), models.Resolve("d")));
    }

    private static Role Of(params (string Name, string Value)[] settings) => Role.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build(),
        new ModelCatalog(new ModelDefinition("demo", "models/demo")));
}
