using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Inference.Safetensors;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Loading;

public sealed class WeightSizeTests
{
    private const int Vocabulary = 100;
    private const int Hidden = 32;
    private const int Words = Vocabulary * Hidden;
    private const int Positions = 64 * Hidden;
    private const int Matrix = Hidden * Hidden;
    private const int Vector = Hidden;

    [Theory]
    [InlineData("fp32", "Float", (4 * (Words + Positions + Matrix)) + (4 * Vector))]
    [InlineData("fp32", "BFloat16", (2 * (Words + Positions)) + (4 * Matrix) + (4 * Vector))]
    [InlineData("fp16", "Float", (2 * (Words + Positions + Matrix)) + (4 * Vector))]
    [InlineData("fp16", "Float16", (2 * (Words + Positions + Matrix)) + (4 * Vector))]
    [InlineData("int8", "Float", (4 * (Words + Positions)) + Matrix + (4 * Hidden) + (4 * Vector))]
    [InlineData("int4", "Float16", (2 * (Words + Positions)) + (Matrix / 2) + (4 * Hidden) + (4 * Vector))]
    public void Tables_count_in_the_narrower_type_and_matrices_in_that_of_the_run(string dtype, string typeName, long expected)
    {
        var type = Enum.Parse<OnnxDataType>(typeName);
        var size = type == OnnxDataType.Float ? 4 : 2;
        using var folder = new TemporaryFolder()
            .With("config.json", """{"architectures":["BertForSequenceClassification"],"model_type":"bert","vocab_size":100,"max_position_embeddings":64}""")
            .With("tokenizer.json", "{}");
        SafetensorsWriter.Write(
            folder["model.safetensors"],
            new Dictionary<string, (OnnxDataType, long[], byte[])>
            {
                ["bert.embeddings.word_embeddings.weight"] = (type, [Vocabulary, Hidden], new byte[Words * size]),
                ["bert.embeddings.position_embeddings.weight"] = (type, [64, Hidden], new byte[Positions * size]),
                ["bert.encoder.layer.0.attention.self.query.weight"] = (type, [Hidden, Hidden], new byte[Matrix * size]),
                ["bert.encoder.layer.0.attention.self.query.bias"] = (type, [Hidden], new byte[Vector * size]),
            });
        var device = dtype == "fp16" ? Device.Cuda : Device.Cpu;
        Assert.Equal(expected, WeightSize.Of(ModelFolder.Open(folder.Path, new WeightRequest(dtype, device))));
    }
}
