using Microsoft.Extensions.Configuration;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;

namespace RerankFunctions.Tests.App;

public sealed class RoleTests
{
    [Theory]
    [InlineData("AzureWebJobs.ProcessJob.Disabled", "true", false)]
    [InlineData("AzureWebJobs.ProcessJob.Disabled", "1", false)]
    [InlineData("AzureWebJobs_ProcessJob_Disabled", "True", false)]
    [InlineData("AzureWebJobs:ProcessJob:Disabled", "true", false)]
    [InlineData("AzureWebJobs_ProcessJob_Disabled", "false", true)]
    [InlineData("AzureWebJobs_SubmitJob_Disabled", "true", true)]
    public void A_process_whose_queue_function_is_off_scores_no_jobs(string setting, string value, bool scores) =>
        Assert.Equal(scores, Of(new ModelOptions(), new ModelSourceOptions(), (setting, value)).ScoresJobs);

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
