using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;
using RerankFunctions.Tests.Inference.Safetensors;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Graphs.Weights;

/// <summary>The file of weights that are converted while a model is loaded.</summary>
public sealed class ConvertedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_disk_has_all_the_space_before_the_first_weight_is_written()
    {
        const int Bytes = 8 << 20;
        using var weights = new ConvertedWeights(_folder.Path);
        var taken = 0L;
        weights.Add("a", Bytes, _ => taken = KibibytesOf(weights.Path));
        weights.Write(CancellationToken.None);
        Assert.True(taken >= Bytes / 1024, $"The file takes {taken} KiB.");
        Assert.Equal(Bytes, new FileInfo(weights.Path).Length);
    }

    [Fact]
    public void A_failure_beside_others_keeps_its_message_and_no_file_is_left()
    {
        using (var weights = new ConvertedWeights(_folder.Path))
        {
            weights.Add("a", 8, _ => throw new IOException("The share is gone."));
            weights.Add("b", 4, _ => throw new IOException("The share is gone."));
            Assert.Equal("The share is gone.", Assert.Throws<ModelLoadException>(() => weights.Write(CancellationToken.None)).Message);
        }

        using (var weights = new ConvertedWeights(_folder.Path))
        {
            using var both = new Barrier(2);
            weights.Add("a", 8, _ => Fail(new IOException("The share is gone.")));
            weights.Add("b", 4, _ => Fail(new ModelLoadException("The weights b are too large.")));
            Assert.Equal("The weights b are too large.", Assert.Throws<ModelLoadException>(() => weights.Write(CancellationToken.None)).Message);

            void Fail(Exception exception)
            {
                both.SignalAndWait(TimeSpan.FromMinutes(1));
                throw exception;
            }
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_cancelled_load_converts_nothing()
    {
        using var weights = new ConvertedWeights(_folder.Path);
        weights.Add("a", 8, _ => Assert.Fail("A weight was converted."));
        Assert.ThrowsAny<OperationCanceledException>(() => weights.Write(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_tensor_that_is_too_large_to_be_converted_at_once_is_named()
    {
        const long Bytes = 1L << 31;
        var header = SafetensorsWriter.Encode(
            $$$"""{"big":{"dtype":"F32","shape":[{{{Bytes / 4}}}],"data_offsets":[0,{{{Bytes}}}]}}""", dataBytes: 0);
        using (var file = File.OpenWrite(_folder["model.safetensors"]))
        {
            // A file with a hole takes no space.
            file.Write(header);
            file.SetLength(header.Length + Bytes);
        }

        using var weights = new MappedWeights();
        var tensor = SafetensorsModel.Open(_folder.Path, "model.safetensors").Tensors["big"];
        Assert.Contains("big has 2,147,483,648 bytes", Assert.Throws<ModelLoadException>(() => weights.Bytes(tensor).Length).Message, StringComparison.Ordinal);
        Assert.Equal(sizeof(float), weights.Bytes(tensor.Rows((Bytes / 4) - 1, 1)).Length);
    }

    [Fact]
    public void A_file_that_has_become_shorter_is_named()
    {
        SafetensorsWriter.Write(
            _folder["model.safetensors"], new Dictionary<string, (OnnxDataType, long[], byte[])> { ["a"] = (OnnxDataType.Float, [2], new byte[8]) });
        var tensor = SafetensorsModel.Open(_folder.Path, "model.safetensors").Tensors["a"];
        using (var file = File.OpenWrite(_folder["model.safetensors"]))
        {
            file.SetLength(file.Length - 1);
        }

        using var weights = new MappedWeights();
        var failure = Assert.Throws<IOException>(() => weights.Bytes(tensor).Length);
        Assert.Contains("model.safetensors has become shorter", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 700_001)] // rows that are narrowed one by one
    [InlineData(500_001, 3)] // many rows at once, and the last part is shorter
    public void Tensors_are_narrowed_in_parts(int rows, int columns)
    {
        var values = Enumerable.Range(0, rows * columns).Select(i => (i % 2_001) - 1_000f).ToArray();
        SafetensorsWriter.Write(
            _folder["model.safetensors"],
            new Dictionary<string, (OnnxDataType, long[], byte[])>
            {
                ["a"] = (OnnxDataType.Float, [rows, columns], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()),
            });
        var model = SafetensorsModel.Open(_folder.Path, "model.safetensors");
        using var store = new WeightStore(model, _folder["converted"], "Rerank:Dtype");
        store.Matrix(model.Tensors["a"], OnnxDataType.Float16);
        store.Complete(CancellationToken.None);
        var written = File.ReadAllBytes(Directory.GetFiles(_folder["converted"]).Single());
        var halves = MemoryMarshal.Cast<byte, Half>(written)[..values.Length];
        Assert.Equal(values, halves.ToArray().Select(half => (float)half));
    }

    private static long KibibytesOf(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("du", ["-k", path]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return long.Parse(output.Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
