using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;
using RerankFunctions.Inference.Sessions;
using RerankFunctions.Tests.Inference.Safetensors;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Graphs.Quantization;

/// <summary>A graph with the product of its input with one matrix.</summary>
internal sealed class ProductFixture : IDisposable
{
    private const string WeightName = "weight";

    private readonly TemporaryFolder _folder = new();
    private readonly InferenceSession _session;
    private readonly int _inputs;
    private readonly int _columns;

    /// <param name="linear">How the product is computed.</param>
    /// <param name="weight">The matrix, [out, in].</param>
    /// <param name="columns">Number of its rows: columns of the product.</param>
    public ProductFixture(LinearForm linear, float[] weight, int columns)
    {
        (_columns, _inputs) = (columns, weight.Length / columns);
        SafetensorsWriter.Write(
            _folder["model.safetensors"],
            new Dictionary<string, (OnnxDataType, long[], byte[])>
            {
                [WeightName] = (OnnxDataType.Float, [columns, _inputs], MemoryMarshal.AsBytes(weight.AsSpan()).ToArray()),
            });
        var model = SafetensorsModel.Open(_folder.Path, "model.safetensors");
        using var store = new WeightStore(model, _folder["converted"], "Rerank:Dtype");
        var graph = new GraphWriter(OnnxDataType.Float, store);
        graph.Input("input", OnnxDataType.Float, new OnnxDim(null, "rows"), new OnnxDim(null, "tokens"), new OnnxDim(_inputs, null));
        graph.CallAs("product", "Identity", [linear.WriteOne(graph, "input", model.Tensors[WeightName])]);
        graph.Output("product", OnnxDataType.Float, new OnnxDim(null, "rows"), new OnnxDim(null, "tokens"), new OnnxDim(columns, null));
        store.Complete(CancellationToken.None);
        _session = SessionSource.Create(Device.Cpu, 1, NullLogger.Instance).Open(graph.Write(), store.Folder);
    }

    /// <summary>Returns the products of rows of numbers, as one row of tokens.</summary>
    public float[][] Run(params float[][] tokens)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(tokens.SelectMany(token => token).ToArray(), [1, tokens.Length, _inputs]);
        using var options = new RunOptions();
        using var results = _session.Run(options, ["input"], [input], ["product"]);
        return [.. results[0].GetTensorDataAsSpan<float>().ToArray().Chunk(_columns)];
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }
}
