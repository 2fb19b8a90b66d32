using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.ModelSources;
using RerankFunctions.ModelSources.Download;
using RerankFunctions.ModelSources.Hub;

namespace RerankFunctions.Tests.ModelSources;

/// <summary>A hub with a model of a few files, a cache folder of its own, and sources on both.</summary>
internal sealed class HubFixture : IAsyncDisposable
{
    private static readonly string[] Required = ["config.json", "tokenizer.json"];

    private HubFixture(HubServer hub) => Hub = hub;

    public HubServer Hub { get; }

    public SteppingTime Time { get; } = new();

    public LogRecord Log { get; } = new();

    public string Cache { get; } = Directory.CreateTempSubdirectory("rerank-cache-").FullName;

    public static async Task<HubFixture> StartAsync()
    {
        var fixture = new HubFixture(await HubServer.StartAsync());
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

    public HubModelSource Source(
        string revision = HubServer.Commit, string dtype = "fp32", string? token = null, long maxBytes = long.MaxValue, string? address = null)
    {
        var download = new FolderDownload(maxBytes, Time, Log);
        var options = Options.Create(new ModelOptions { Dtype = dtype, Device = Device.Cpu });
        return new HubModelSource(
            new ModelLocation.Hub("owner", "name", revision),
            HubEndpoint.Parse(address ?? Hub.Address, token),
            new ModelFileSelection(new ModelFiles(options, NullLogger<ModelFiles>.Instance), download),
            download,
            new ModelCache(Cache, Time, Log),
            Time,
            Log);
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Directory.Delete(Cache, recursive: true);
    }

    public static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(5).NextBytes(noise);
        return noise;
    }

    /// <summary>A graph with one tensor, whose bytes are in a file beside it, or with none.</summary>
    public static byte[] Graph(string? weightsFile, int floats)
    {
        var graph = new ProtoWriter().Text(2, "g");
        if (weightsFile is not null)
        {
            graph.Message(5, new ProtoWriter()
                .Integer(1, floats)
                .Integer(2, 1)
                .Text(8, "w")
                .Message(13, new ProtoWriter().Text(1, "location").Text(2, weightsFile))
                .Integer(14, 1));
        }

        return new ProtoWriter().Integer(1, 8).Message(7, graph).Written.ToArray();
    }
}
