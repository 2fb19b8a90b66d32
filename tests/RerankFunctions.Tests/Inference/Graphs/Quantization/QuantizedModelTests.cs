using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Graphs.Quantization;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Inference.Safetensors;
using RerankFunctions.Tests.ModelSources;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Graphs.Quantization;

/// <summary>
/// Whole models with 8-bit and 4-bit weights: the small ones with random weights that are in the repository, and the same with planted outliers.
/// Their logits spread over several units, and their states are narrow: 48 numbers average out less of the rounding than 384 or more.
/// </summary>
public sealed partial class QuantizedModelTests
{
    private const float Same = 1e-4f;

    private static readonly string Longer = string.Join(' ', Enumerable.Repeat("All rows of a micro-batch are filled up to the longest.", 20));

    private static readonly string[] Documents =
    [
        "All human beings are born free and equal in dignity and rights.",
        "a",
        "人人生而自由",
        "Everyone has the right to rest and leisure, including reasonable limitation of working hours and periodic holidays with pay.",
        Longer,
    ];

    [Theory]
    [InlineData("bert-tiny", "int8", 0.5f)]
    [InlineData("modernbert-tiny", "int8", 0.5f)]
    [InlineData("qwen3-tiny", "int8", 0.5f)]
    [InlineData("qwen3-seqcls-tiny", "int8", 0.5f)]
    [InlineData("bert-tiny", "int4", 6f)]
    [InlineData("modernbert-tiny", "int4", 6f)]
    [InlineData("qwen3-tiny", "int4", 6f)]
    [InlineData("qwen3-seqcls-tiny", "int4", 6f)]
    public void Logits_are_near_those_of_floats_and_the_same_in_any_company(string model, string dtype, float bound)
    {
        var folder = TestModel.Own($"safetensors/{model}");
        var floats = ScoreTogether(folder, "fp32", new LogRecord());
        using var family = ModelFamilies.Load(TestModel.Context(folder, dtype));
        Assert.Equal(dtype, family.Description.Precision);
        var together = Score(family, Documents);
        for (var i = 0; i < Documents.Length; i++)
        {
            Assert.Equal(Score(family, Documents[i])[0], together[i], Same);
            Assert.Equal(floats[i], together[i], bound);
        }
    }

    [VnniTheory]
    [InlineData("bert-tiny")]
    [InlineData("qwen3-tiny")]
    public void Weights_with_and_without_sign_give_the_same_scores(string model)
    {
        var context = TestModel.Context(TestModel.Own($"safetensors/{model}"), "int8");
        using var signed = ModelFamilies.Load(context with { WeightEncoding = WeightEncoding.Signed });
        using var offset = ModelFamilies.Load(context with { WeightEncoding = WeightEncoding.Offset });
        Assert.All(Score(signed, Documents).Zip(Score(offset, Documents)), pair => Assert.Equal(pair.First, pair.Second, Same));
    }

    [Fact]
    public void Products_with_outliers_in_their_inputs_stay_in_floats()
    {
        // A value that is 300 times as large, and a weight behind it that is as much smaller: the same function, and an outlier between them.
        Plant("bert-tiny", tensors =>
        {
            Scale(tensors, "bert.encoder.layer.1.attention.self.value.weight", row: 5, column: null, 300);
            Scale(tensors, "bert.encoder.layer.1.attention.self.value.bias", row: 5, column: null, 300);
            Scale(tensors, "bert.encoder.layer.1.attention.output.dense.weight", row: null, column: 5, 1 / 300f);
        });
        Plant("qwen3-tiny", tensors =>
        {
            Scale(tensors, "model.layers.1.mlp.up_proj.weight", row: 7, column: null, 300);
            Scale(tensors, "model.layers.1.mlp.down_proj.weight", row: null, column: 7, 1 / 300f);
        });
    }

    [Fact]
    public void Products_with_outliers_in_their_weights_stay_in_floats() => Plant("bert-tiny", tensors =>
    {
        // Keys of a channel that is never asked for: the weight has no effect but on the steps of its column.
        Scale(tensors, "bert.encoder.layer.2.attention.self.query.weight", row: 3, column: null, 0);
        Scale(tensors, "bert.encoder.layer.2.attention.self.query.bias", row: 3, column: null, 0);
        var name = "bert.encoder.layer.2.attention.self.key.weight";
        Values(tensors, name)[(int)(3 * tensors[name].Dims[1])] = 50;
    });

    private static void Plant(string model, Action<Dictionary<string, (OnnxDataType Type, long[] Dims, byte[] Bytes)>> plant)
    {
        var source = TestModel.Own($"safetensors/{model}");
        using var folder = new TemporaryFolder().With(source);
        var tensors = SafetensorsWriter.Read(source);
        plant(tensors);
        SafetensorsWriter.Write(folder["model.safetensors"], tensors);
        var (before, after) = (new LogRecord(), new LogRecord());
        ScoreTogether(source, "int8", before);
        var quantized = ScoreTogether(folder.Path, "int8", after);
        Assert.Equal(FloatProducts(before) + 1, FloatProducts(after));
        Assert.All(ScoreTogether(folder.Path, "fp32", new LogRecord()).Zip(quantized), pair => Assert.Equal(pair.First, pair.Second, 0.5f));
    }

    private static int FloatProducts(LogRecord log) =>
        int.Parse(
            log.Lines.Select(line => StayInFloats().Match(line.Message)).Single(match => match.Success).Groups[1].Value, CultureInfo.InvariantCulture);

    private static void Scale(Dictionary<string, (OnnxDataType Type, long[] Dims, byte[] Bytes)> tensors, string name, int? row, int? column, float factor)
    {
        var values = Values(tensors, name);
        var width = tensors[name].Dims.Length == 1 ? 1 : (int)tensors[name].Dims[1];
        for (var i = 0; i < values.Length; i++)
        {
            if ((row is null || i / width == row) && (column is null || i % width == column))
            {
                values[i] *= factor;
            }
        }
    }

    private static Span<float> Values(Dictionary<string, (OnnxDataType Type, long[] Dims, byte[] Bytes)> tensors, string name) =>
        MemoryMarshal.Cast<byte, float>(tensors[name].Bytes.AsSpan());

    private static float[] ScoreTogether(string folder, string dtype, LogRecord log)
    {
        using var family = ModelFamilies.Load(TestModel.Context(folder, dtype) with { Logger = log });
        return Score(family, Documents);
    }

    private static float[] Score(IModelFamily family, params string[] documents)
    {
        using var job = family.Encode(new ScoringRequest("Who is born free?", documents), CancellationToken.None);
        return TestModel.Score(family, job, [.. Enumerable.Range(0, job.Count)]);
    }

    [GeneratedRegex(@": (\d+) of \d+ groups of matrix products stay in floats")]
    private static partial Regex StayInFloats();
}
