using System.Text.Json.Nodes;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Loading;

/// <summary>Folders that look right until they are loaded: each fails with a sentence that names the file.</summary>
public sealed class ModelLoadTests
{
    [Fact]
    public void The_untouched_model_loads()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo);
        using var model = TestModel.Load(folder.Path);
        Assert.Equal("cross-encoder", model.Description.Family);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(-1)]
    public void A_truncated_onnx_file_is_named(int length)
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo);
        using (var file = File.OpenWrite(folder["onnx/model.onnx"]))
        {
            file.SetLength(length < 0 ? file.Length + length : length);
        }

        Refused(folder, "model.onnx");
    }

    [Fact]
    public void A_file_that_is_no_onnx_is_named()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo).With("onnx/model.onnx", "version https://git-lfs.github.com/spec/v1");
        Refused(folder, "model.onnx");
    }

    [Fact]
    public void A_damaged_tokenizer_is_named()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo).With("tokenizer.json", "{\"version\":");
        Refused(folder, "tokenizer.json");
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_found_by_its_ids()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo);
        Configure(folder, config => config["vocab_size"] = 15_999);
        Refused(folder, "ids up to 15999");
    }

    [Fact]
    public void Special_tokens_that_leave_no_room_for_text_are_refused()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo).With("rerank.json", """{"max_length":32}""");
        var tokenizer = JsonNode.Parse(File.ReadAllText(folder["tokenizer.json"]))!;
        var pair = tokenizer["post_processor"]!["pair"]!.AsArray();
        for (var i = 0; i < 8; i++)
        {
            pair.Add(pair[0]!.DeepClone());
        }

        folder.With("tokenizer.json", tokenizer.ToJsonString());
        Refused(folder, "12 special tokens around a pair leave no room");
    }

    [Fact]
    public void A_padding_token_outside_of_the_vocabulary_is_refused()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo);
        Configure(folder, config => (config["pad_token_id"], config["max_position_embeddings"]) = (16_000, 100_000));
        Refused(folder, "'pad_token_id' is 16000");
    }

    [Fact]
    public void An_output_that_is_not_there_is_named_with_those_that_are()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo).With("rerank.json", """{"output":"scores"}""");
        Refused(folder, "no output 'scores', only logits");
    }

    [Fact]
    public void An_output_is_named_without_control_characters()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo).With("rerank.json", """{"output":"sco\nres"}""");
        Refused(folder, "no output 'sco?res'");
    }

    [Fact]
    public void A_cancelled_load_ends()
    {
        var context = TestModel.Context(TestModel.Own("safetensors/bert-tiny")) with { CancellationToken = new CancellationToken(canceled: true) };
        Assert.ThrowsAny<OperationCanceledException>(() => ModelFamilies.Load(context).Dispose());
    }

    [Fact]
    public void An_input_that_no_cross_encoder_has_is_named() =>
        Refused(new OnnxClassifier { Input = "pixel_values" }, "input 'pixel_values' is not supported");

    [Fact]
    public void Inputs_of_a_fixed_shape_are_refused() =>
        Refused(new OnnxClassifier { Rows = 1 }, "[1, any]");

    [Fact]
    public void An_output_with_two_logits_a_row_is_refused() =>
        Refused(new OnnxClassifier { Labels = 2 }, "'logits' is Float [any, 2]");

    [Fact]
    public void An_operator_that_does_not_exist_is_refused() =>
        Refused(new OnnxClassifier { Pool = "ReduceNothing" }, "onnx/model.onnx cannot be loaded");

    [Fact]
    public void A_classifier_built_by_hand_loads()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo);
        File.WriteAllBytes(folder["onnx/model.onnx"], new OnnxClassifier().ToBytes());
        TestModel.Load(folder.Path).Dispose();
    }

    [Theory]
    [InlineData("../secrets.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("absent.bin")]
    public void Weights_outside_of_the_folder_are_not_opened(string location)
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo).With("secrets.bin", new string('x', 4096));
        File.WriteAllBytes(folder["onnx/model.onnx"], new OnnxClassifier { WeightsAt = location }.ToBytes());
        Refused(folder, "model.onnx");
    }

    [Fact]
    public void Weights_beside_the_graph_are_read()
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo);
        File.WriteAllBytes(folder["onnx/model.onnx"], new OnnxClassifier { WeightsAt = "model.onnx_data" }.ToBytes());
        File.WriteAllBytes(folder["onnx/model.onnx_data"], BitConverter.GetBytes(2f));
        TestModel.Load(folder.Path).Dispose();
    }

    private static void Configure(TemporaryFolder folder, Action<JsonNode> change)
    {
        var config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))!;
        change(config);
        folder.With("config.json", config.ToJsonString());
    }

    private static void Refused(OnnxClassifier graph, string expected)
    {
        using var folder = new TemporaryFolder().With(TestModel.Demo);
        File.WriteAllBytes(folder["onnx/model.onnx"], graph.ToBytes());
        Refused(folder, expected);
    }

    private static void Refused(TemporaryFolder folder, string expected)
    {
        var error = Assert.Throws<ModelLoadException>(() => TestModel.Load(folder.Path).Dispose());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
