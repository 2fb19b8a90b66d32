using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Sessions;
using RerankFunctions.Tests.Inference.Onnx;

namespace RerankFunctions.Tests.Inference.Sessions;

/// <summary>The output of a graph that gives its input, declared as one number per row.</summary>
public sealed class RowOutputTests
{
    private static readonly RunSize Size = new(3, 1, 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_number_per_row_is_read(bool isHalf)
    {
        using var session = Open(isHalf);
        var output = new RowOutput("y", isHalf);
        foreach (var rows in (int[])[3, 200, 1])
        {
            using var input = Input([.. Enumerable.Range(0, rows).Select(row => row - 0.5f)], [rows, 1], isHalf);
            var numbers = new float[rows];
            output.Run(session, [input], Size, numbers);
            Assert.Equal(Enumerable.Range(0, rows).Select(row => row - 0.5f), numbers);
        }
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(1, 3)]
    public void Another_shape_than_the_declared_one_is_a_fault_that_names_it(int rows, int columns)
    {
        using var session = Open(isHalf: false);
        using var input = Input(new float[rows * columns], [rows, columns], isHalf: false);
        var output = new RowOutput("y", isHalf: false);
        var fault = Assert.Throws<ScoringException>(() => output.Run(session, [input], Size, new float[3]));
        Assert.Equal($"The model gave logits of another shape than its rows have: [{rows}, {columns}].", fault.Message);
    }

    private static ModelSession Open(bool isHalf)
    {
        var type = isHalf ? OnnxDataType.Float16 : OnnxDataType.Float;
        var graph = new TestGraph()
            .Input("x", type, new OnnxDim(null, "rows"), new OnnxDim(null, "columns"))
            .Node("Identity", ["x"], "y")
            .Output("y", type, new OnnxDim(null, "rows"), new OnnxDim(1, null));
        return new ModelSession(SessionSource.Create(Device.Cpu, 1, NullLogger.Instance).Open(graph.Write(), Path.GetTempPath()), ["x"]);
    }

    private static OrtValue Input(float[] numbers, long[] shape, bool isHalf) => isHalf
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, number => (Float16)number), shape)
        : OrtValue.CreateTensorValueFromMemory(numbers, shape);
}
