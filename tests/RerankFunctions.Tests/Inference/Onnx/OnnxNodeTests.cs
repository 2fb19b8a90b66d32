using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Onnx;

public sealed class OnnxNodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Constant", 0, 0)]
    [InlineData("Identity", 0, 1)]
    [InlineData("Cast", 1, 0)]
    [InlineData("MatMul", 1, 1)]
    [InlineData("DynamicQuantizeLinear", 1, 2)]
    public void Operators_with_too_few_inputs_or_outputs_are_refused(string type, int inputs, int outputs)
    {
        var path = new TestGraph().Node(type, [.. Enumerable.Repeat("x", inputs)], [.. Enumerable.Repeat("y", outputs)]).Save(_folder.Path);

        var error = Assert.Throws<OnnxFormatException>(() => OnnxGraph.Open(path));

        Assert.Contains(type, error.Message, StringComparison.Ordinal);
    }
}
