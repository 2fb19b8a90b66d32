using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.ModelFolders;

/// <summary>Which weights of a folder are loaded, and how they run.</summary>
public sealed class WeightSelectionTests
{
    private const string Bert = """{"architectures":["BertForSequenceClassification"],"model_type":"bert","vocab_size":9,"max_position_embeddings":64}""";
    private const string Albert = """{"architectures":["AlbertForSequenceClassification"],"model_type":"albert","vocab_size":9,"max_position_embeddings":64}""";

    [Theory]
    [InlineData("auto", Device.Cpu, "fp32")]
    [InlineData("auto", Device.Cuda, "fp16")]
    [InlineData("fp32", Device.Cuda, "fp32")]
    [InlineData("fp16", Device.Cuda, "fp16")]
    [InlineData("int8", Device.Cpu, "int8")]
    [InlineData("int4", Device.Cpu, "int4")]
    public void Dtype_says_how_safetensors_run(string dtype, Device device, string expected)
    {
        using var folder = Folder(Bert).With("model.safetensors", "x").With("onnx/model_int8.onnx", "x");
        var weights = ModelFolder.Open(folder.Path, new WeightRequest(dtype, device)).Weights;
        Assert.Equal(("model.safetensors", true), (weights.File, weights.AreSafetensors));
        Assert.Equal(expected, PrecisionNames.NameOf(weights.Precision));
    }

    [Theory]
    [InlineData("int8", Device.Cuda, "int8 of safetensors runs on a CPU only")]
    [InlineData("int4", Device.Cuda, "int4 of safetensors runs on a CPU only")]
    [InlineData("fp16", Device.Cpu, "fp16 of safetensors runs on CUDA only")]
    public void A_precision_that_the_device_cannot_run_is_named(string dtype, Device device, string expected)
    {
        using var folder = Folder(Bert).With("model.safetensors", "x");
        Refused(folder, new WeightRequest(dtype, device), expected);
        Refused(folder, new WeightRequest(dtype, device) { Settings = ModelSettingNames.Of("small") }, "Rerank:Models:small:Dtype must be");
    }

    [Fact]
    public void Names_of_a_folder_come_into_messages_without_control_characters()
    {
        const string Odd = @"{""architectures"":[""Bert\nFor""],""model_type"":""be\u001brt"",""vocab_size"":9,""max_position_embeddings"":64}";
        using var folder = Folder(Odd).With("model.safetensors", "x");
        Refused(folder, new WeightRequest("auto", Device.Cpu), "names 'Bert?For' (model_type 'be?rt')");
        folder.With("model.onnx", "x");
        Refused(folder, new WeightRequest("auto", Device.Cpu), "'Bert?For' (model_type 'be?rt') is unknown");
    }

    [Fact]
    public void Rerank_json_says_how_safetensors_run_where_the_setting_is_auto()
    {
        using var folder = Folder(Bert).With("model.safetensors", "x").With("rerank.json", """{"dtype":"int8"}""");
        Assert.Equal(Precision.Int8, Open(folder, "auto").Precision);
        Assert.Equal(Precision.Fp32, Open(folder, "fp32").Precision);
    }

    [Fact]
    public void A_named_onnx_file_comes_first_and_the_setting_before_rerank_json()
    {
        using var folder = Folder(Bert).With("model.safetensors", "x").With("one_fp16.onnx", "x").With("two_int8.onnx", "x")
            .With("rerank.json", """{"file":"one_fp16.onnx"}""");
        Assert.Equal(new OnnxWeights("one_fp16.onnx", Precision.Fp16), Open(folder, "auto"));
        Assert.Equal(new OnnxWeights("two_int8.onnx", Precision.Int8), Open(folder, "auto", "two_int8.onnx"));
        Refused(folder, new WeightRequest("auto", Device.Cpu, "three.onnx"), "Rerank:ModelFile names it");
        Refused(folder, new WeightRequest("auto", Device.Cpu, "model.safetensors"), "must be an ONNX file");
    }

    [Theory]
    [InlineData(Albert)]
    [InlineData("""{"architectures":["BertForSequenceClassification"],"model_type":"bert","vocab_size":9,"max_position_embeddings":64,"auto_map":{}}""")]
    public void Onnx_is_taken_where_no_graph_is_built(string config)
    {
        using var folder = Folder(config).With("model.safetensors", "x").With("model.onnx", "x").With("model_q4.onnx", "x");
        Assert.Equal(new OnnxWeights("model.onnx", Precision.Fp32), Open(folder, "auto"));
        Assert.Equal(new OnnxWeights("model_q4.onnx", Precision.Int4), Open(folder, "int4"));
    }

    [Fact]
    public void A_family_in_rerank_json_that_is_not_that_of_the_architecture_takes_onnx()
    {
        using var folder = Folder(Bert).With("model.safetensors", "x").With("model.onnx", "x")
            .With("rerank.json", """{"family":"causal-yes-no","template":"{query} {document}"}""");
        Assert.False(Open(folder, "auto").AreSafetensors);
    }

    [Fact]
    public void Shards_are_the_files_that_the_index_names()
    {
        using var folder = Folder(Bert).With("model.safetensors.index.json", """{"weight_map":{"a":"s2","b":"s1"}}""").With("s1", "x");
        var model = ModelFolder.Open(folder.Path, new WeightRequest("auto", Device.Cpu));
        Assert.Contains("s2 is missing", Assert.Throws<ModelLoadException>(() => model.WeightFiles()).Message, StringComparison.Ordinal);
        folder.With("s2", "x");
        Assert.Equal([folder["model.safetensors.index.json"], folder["s1"], folder["s2"]], model.WeightFiles());
    }

    [Fact]
    public void The_revision_of_safetensors_depends_on_how_they_run()
    {
        using var folder = Folder(Bert).With("model.safetensors", "x");
        string Revision(string dtype, Device device = Device.Cpu) => ModelFolder.Open(folder.Path, new WeightRequest(dtype, device)).ReadRevision(device);
        Assert.Equal(Revision("auto"), Revision("fp32"));
        Assert.NotEqual(Revision("fp32"), Revision("int8"));
        Assert.NotEqual(Revision("int4"), Revision("int8"));
        Assert.NotEqual(Revision("fp32"), Revision("fp32", Device.Cuda));
    }

    [Fact]
    public void Pickled_weights_alone_say_what_to_do()
    {
        using var folder = Folder(Bert).With("pytorch_model.bin", "x");
        Refused(folder, new WeightRequest("auto", Device.Cpu), "pytorch_model.bin is not read");
    }

    private static ModelWeights Open(TemporaryFolder folder, string dtype, string? file = null) =>
        ModelFolder.Open(folder.Path, new WeightRequest(dtype, Device.Cpu, file)).Weights;

    private static void Refused(TemporaryFolder folder, WeightRequest request, string expected) =>
        Assert.Contains(expected, Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder.Path, request)).Message, StringComparison.Ordinal);

    private static TemporaryFolder Folder(string config) => new TemporaryFolder().With("config.json", config).With("tokenizer.json", "{}");
}
