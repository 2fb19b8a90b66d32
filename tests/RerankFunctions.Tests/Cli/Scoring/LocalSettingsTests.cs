using RerankFunctions.Cli.Scoring;

namespace RerankFunctions.Tests.Cli.Scoring;

public sealed class LocalSettingsTests
{
    [Fact]
    public void Variables_whose_names_differ_in_case_are_one_setting()
    {
        var environment = new Dictionary<string, string> { ["http_proxy"] = "lower", ["HTTP_PROXY"] = "upper", ["Rerank__Dtype"] = "int8" };

        var settings = new LocalSettings(CliRun.DemoModel, null, null, "cpu", null).Configure(environment);

        Assert.Equal("lower", settings["HTTP_PROXY"]);
        Assert.Equal(("int8", "cpu"), (settings["Rerank:Dtype"], settings["Rerank:Device"]));
    }
}
