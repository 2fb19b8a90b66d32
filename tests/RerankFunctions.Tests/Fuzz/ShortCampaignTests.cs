using System.Diagnostics;

namespace RerankFunctions.Tests.Fuzz;

/// <summary>A short form of the fuzz campaign, always the same cases; <c>npm run fuzz</c> runs the long one.</summary>
public sealed class ShortCampaignTests
{
    [Theory]
    [InlineData("texts")]
    [InlineData("tokenizers")]
    [InlineData("folders")]
    [InlineData("graphs")]
    [InlineData("safetensors")]
    [InlineData("configs")]
    [InlineData("growth")]
    [InlineData("inputs")]
    public async Task Hostile_input_gives_a_result_or_a_clear_error(string target)
    {
        // …/tests/RerankFunctions.Tests/bin/CONFIGURATION/net10.0/: the campaign lies beside, built the same way.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            here.Parent!.Parent!.Parent!.Parent!.FullName, "RerankFunctions.Fuzz", "bin", here.Parent.Name, here.Name, "RerankFunctions.Fuzz.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--only", target, "--cases", "40", "--seed", "20"]) { RedirectStandardOutput = true };
        using var campaign = Process.Start(start)!;
        var output = await campaign.StandardOutput.ReadToEndAsync();
        await campaign.WaitForExitAsync();

        Assert.True(campaign.ExitCode == 0, output);
        Assert.Contains($"{target}: 40 cases", output, StringComparison.Ordinal);
    }
}
