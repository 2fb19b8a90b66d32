using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.ModelSources;

/// <summary>A fake hub with a small model, a cache folder, and sources that use both.</summary>
internal sealed class HubFixture : IAsyncDisposable
{
    private static readonly string[] Required = ["config.json", "tokenizer.json"];

    private readonly List<ServiceProvider> _services = [];

    private HubFixture(FakeHub hub) => Hub = hub;

    public FakeHub Hub { get; }

    public InstantTime Time { get; } = new();

    public LogRecord Log { get; } = new();

    public string Cache { get; } = Directory.CreateTempSubdirectory("rerank-cache-").FullName;

    public static async Task<HubFixture> StartAsync()
    {
        var fixture = new HubFixture(await FakeHub.StartAsync());
        foreach (var name in Required)
        {
            fixture.Hub.Files[name] = [.. "{}"u8];
        }

        fixture.Hub.Files["README.md"] = new byte[5000];
        fixture.Hub.Files["pytorch_model.bin"] = new byte[50_000];
        fixture.Hub.Files["onnx/model.onnx"] = Graph("model.onnx_data", 200_000);
        fixture.Hub.Files["onnx/model.onnx_data"] = Noise(400_000);
        fixture.Hub.Files["onnx/model_fp16.onnx"] = Graph(null, 0);
        return fixture;
    }

    /// <summary>A source as the app creates it.</summary>
    public IServiceProvider Source(
        string revision = FakeHub.Commit, string dtype = "fp32", string? token = null, long maxBytes = long.MaxValue, string? address = null,
        string? file = null)
    {
        var services = ModelSourceServices.Create(
            new()
            {
                ["Rerank:ModelPath"] = $"hf:owner/name@{revision}",
                ["Rerank:ModelCachePath"] = Cache,
                ["Rerank:ModelMaxBytes"] = maxBytes.ToString(CultureInfo.InvariantCulture),
                ["Rerank:Dtype"] = dtype,
                ["Rerank:Device"] = "cpu",
                ["Rerank:ModelFile"] = file,
                ["HF_ENDPOINT"] = address ?? Hub.Address,
                ["HF_TOKEN"] = token,
            },
            Time,
            Log);
        _services.Add(services);
        return services;
    }

    public async ValueTask DisposeAsync()
    {
        _services.ForEach(services => services.Dispose());
        await Hub.DisposeAsync();
        Directory.Delete(Cache, recursive: true);
    }

    public static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(5).NextBytes(noise);
        return noise;
    }

    /// <summary>Encodes a graph with one tensor in a file beside it, or without tensors.</summary>
    public static byte[] Graph(string? weightsFile, int floats)
    {
        var graph = new ProtoWriter().Text(OnnxFields.Graph.Name, "g");
        if (weightsFile is not null)
        {
            graph.Message(OnnxFields.Graph.Initializer, new ProtoWriter()
                .Integer(OnnxFields.Tensor.Dims, floats)
                .Integer(OnnxFields.Tensor.DataType, (long)OnnxDataType.Float)
                .Text(OnnxFields.Tensor.Name, "w")
                .Message(OnnxFields.Tensor.ExternalData, new OnnxEntry(OnnxTensorLayout.LocationKey, weightsFile).Write())
                .Integer(OnnxFields.Tensor.DataLocation, 1));
        }

        return new ProtoWriter().Integer(OnnxFields.Model.IrVersion, 8).Message(OnnxFields.Model.Graph, graph).ToArray();
    }
}
