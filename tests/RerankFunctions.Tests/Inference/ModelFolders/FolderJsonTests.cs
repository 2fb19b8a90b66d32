using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.Tests.Inference.ModelFolders;

public sealed class FolderJsonTests
{
    [Theory]
    [InlineData("""{"model_type":"\ud800"}""")]
    [InlineData("""{"architectures":["\udc00x"]}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":{"b":[{"c":"\ud83d "}]}}""")]
    public void Half_a_surrogate_pair_is_a_clear_error(string json)
    {
        var error = Assert.Throws<ModelLoadException>(() => FolderJson.Parse(System.Text.Encoding.UTF8.GetBytes(json), "config.json"));

        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }
}
