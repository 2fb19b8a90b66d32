using Microsoft.Extensions.Configuration;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;

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
        Assert.Equal(scores, Of(new ModelOptions(), new ModelSourceOptions(), settings).ScoresJobs);
        Assert.True(Of(new ModelOptions(), new ModelSourceOptions(), settings[..3]).ScoresJobs);
    }

    [Theory]
    [InlineData("blob:models", null, "models")]
    [InlineData("models/demo/", "", "demo")]
    [InlineData("hf:owner/name@v1", null, "owner/name")]
    [InlineData("hf:owner/name@v1", "mine", "mine")]
    public void The_model_has_the_name_of_its_setting_or_its_location(string path, string? name, string expected) =>
        Assert.Equal(expected, Of(new ModelOptions { ModelPath = path }, new ModelSourceOptions { ModelName = name }).Model);

    private static Role Of(ModelOptions model, ModelSourceOptions source, params (string Name, string Value)[] settings) => Role.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build(),
        model,
        source);
}
