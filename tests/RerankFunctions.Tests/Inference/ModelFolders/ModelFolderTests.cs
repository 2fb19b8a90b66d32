using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.ModelFolders;

public sealed class ModelFolderTests
{
    private const string XlmR =
        """
        {"architectures":["XLMRobertaForSequenceClassification"],"model_type":"xlm-roberta","vocab_size":100,
         "max_position_embeddings":514,"pad_token_id":1,"id2label":{"0":"LABEL_0"}}
        """;

    private static readonly WeightRequest OnCpu = new("auto", Device.Cpu);

    [Theory]
    [InlineData("XLMRobertaForSequenceClassification", "xlm-roberta", 8194, 1, 8192)]
    [InlineData("XLMRobertaForSequenceClassification", "xlm-roberta", 514, 1, 512)]
    [InlineData("BertForSequenceClassification", "bert", 512, 0, 512)]
    [InlineData("ModernBertForSequenceClassification", "modernbert", 8192, 3, 8192)]
    public void The_limit_is_what_positions_leave(string architecture, string type, int positions, int pad, int expected)
    {
        using var folder = Folder(
            $$"""
            {"architectures":["{{architecture}}"],"model_type":"{{type}}","vocab_size":100,"max_position_embeddings":{{positions}},"pad_token_id":{{pad}}}
            """);
        var model = ModelFolder.Open(folder.Path, OnCpu);
        Assert.Equal(expected, model.MaxTokens);
        Assert.Equal(FamilyKind.CrossEncoder, model.Kind);
    }

    [Theory]
    [InlineData("1000000000000000019884624838656", 512)]
    [InlineData("1e30", 512)]
    [InlineData("256", 256)]
    [InlineData("null", 512)]
    public void The_tokenizer_may_lower_the_limit_but_not_raise_it(string length, int expected)
    {
        using var folder = Folder(XlmR).With("tokenizer_config.json", $$"""{"model_max_length":{{length}}}""");
        Assert.Equal(expected, ModelFolder.Open(folder.Path, OnCpu).MaxTokens);
    }

    [Fact]
    public void Rerank_json_overrides()
    {
        using var folder = Folder(XlmR).With("other.onnx", "x")
            .With("rerank.json", """{"max_length":100,"file":"other.onnx","dtype":"int8","output":"score","family":"cross-encoder"}""");
        var model = ModelFolder.Open(folder.Path, OnCpu);
        Assert.Equal(100, model.MaxTokens);
        Assert.Equal(("other.onnx", Precision.Int8), (model.Weights.File, model.Weights.Precision));
        Assert.Equal("score", model.Overrides.Output);
    }

    [Theory]
    [InlineData("""{"maxlength":100}""", "rerank.json")]
    [InlineData("""{"max_length":1000}""", "'max_length' must be from 32 to the model's 512")]
    [InlineData("""{"max_length":"long"}""", "rerank.json")]
    [InlineData("""{"dtype":"fp8"}""", "'dtype' must be one of")]
    [InlineData("""{"family":"bi-encoder"}""", "'family' must be one of")]
    [InlineData("""{"file":"../model.onnx"}""", "inside the model folder")]
    [InlineData("""{"file":"onnx\\model.onnx"}""", "inside the model folder")]
    [InlineData("""{"file":"/etc/passwd"}""", "inside the model folder")]
    [InlineData("""{"file":"absent.onnx"}""", "absent.onnx")]
    [InlineData("""{"file":"a.onnx","file":"b.onnx"}""", "rerank.json")]
    [InlineData("[]", "rerank.json")]
    [InlineData("{", "rerank.json")]
    public void A_wrong_rerank_json_is_refused(string json, string expected)
    {
        using var folder = Folder(XlmR).With("rerank.json", json);
        Refused(folder, expected);
    }

    [Theory]
    [InlineData("auto", Device.Cpu, "onnx/model.onnx")]
    [InlineData("auto", Device.Cuda, "onnx/model_fp16.onnx")]
    [InlineData("fp32", Device.Cuda, "onnx/model.onnx")]
    [InlineData("int8", Device.Cpu, "model_quantized.onnx")]
    public void Dtype_and_device_pick_the_file(string dtype, Device device, string expected)
    {
        using var folder = Folder(XlmR).With("onnx/model.onnx", "x").With("onnx/model_fp16.onnx", "x").With("model_quantized.onnx", "x");
        Assert.Equal(expected, ModelFolder.Open(folder.Path, new WeightRequest(dtype, device)).Weights.File);
    }

    [Fact]
    public void Auto_on_a_cpu_takes_int8_before_fp16()
    {
        using var folder = Folder(XlmR).With("model_int8.onnx", "x").With("model_fp16.onnx", "x");
        File.Delete(folder["model.onnx"]);
        Assert.Equal(Precision.Int8, ModelFolder.Open(folder.Path, OnCpu).Weights.Precision);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.onnx")]
    public void A_missing_file_is_named(string file)
    {
        using var folder = Folder(XlmR);
        File.Delete(folder[file]);
        Refused(folder, file);
        Refused(folder, " is missing in the model folder");
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var exception = Assert.Throws<ModelLoadException>(() => ModelFolder.Open("/no/such/folder", OnCpu));

        Assert.Contains("/no/such/folder", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[1]", "must hold a JSON object")]
    [InlineData("{}", "'architectures' is missing")]
    [InlineData("""{"architectures":[],"model_type":"bert","vocab_size":1}""", "'architectures'")]
    [InlineData("""{"architectures":["BertForSequenceClassification"],"vocab_size":1}""", "'model_type' is missing")]
    [InlineData("""{"architectures":["BertForSequenceClassification"],"model_type":"bert"}""", "'vocab_size' is missing")]
    [InlineData("""{"architectures":["BertForSequenceClassification"],"model_type":"bert","vocab_size":-1}""", "'vocab_size' must be a whole number")]
    [InlineData("""{"architectures":["BertForSequenceClassification"],"model_type":"bert","vocab_size":1.5}""", "'vocab_size' must be a whole number")]
    [InlineData("""{"architectures":["BertForSequenceClassification"],"model_type":"bert","vocab_size":10,"max_position_embeddings":4}""", "leaves 4 tokens")]
    [InlineData(
        """{"architectures":["BertForSequenceClassification"],"model_type":"bert","vocab_size":10,"max_position_embeddings":512,"num_labels":3}""",
        "3 labels")]
    [InlineData("""{"architectures":["BertForSequenceClassification"],"model_type":"bert","vocab_size":10}""", "max_position_embeddings")]
    [InlineData("""{"architectures":["BertForMaskedLM"],"model_type":"bert","vocab_size":10,"max_position_embeddings":512}""", "'BertForMaskedLM'")]
    [InlineData(
        """{"architectures":["FooForSequenceClassification"],"model_type":"foo","vocab_size":10,"max_position_embeddings":512}""",
        "'FooForSequenceClassification'")]
    public void A_wrong_config_json_is_refused(string json, string expected)
    {
        using var folder = Folder(json);
        Refused(folder, "config.json");
        Refused(folder, expected);
    }

    [Theory]
    [InlineData("LlamaForCausalLM", "llama", "{}", "'template'")]
    [InlineData("Gemma2ForSequenceClassification", "gemma2", "{}", "'template'")]
    [InlineData("LlamaForCausalLM", "llama", """{"family":"causal-yes-no"}""", "'template'")]
    [InlineData("LlamaForCausalLM", "llama", """{"template":"{query} {document}"}""", "'family'")]
    public void A_causal_model_with_another_prompt_than_the_one_built_in_must_say_it(string architecture, string type, string overrides, string expected)
    {
        var config = $$"""{"architectures":["{{architecture}}"],"model_type":"{{type}}","vocab_size":10,"max_position_embeddings":512}""";
        using var folder = Folder(config).With("rerank.json", overrides);
        Refused(folder, expected);
        folder.With("rerank.json", """{"family":"causal-yes-no","template":"{query} {document}"}""");
        Assert.Equal(FamilyKind.CausalYesNo, ModelFolder.Open(folder.Path, OnCpu).Kind);
    }

    [Fact]
    public void A_huge_config_json_is_not_read()
    {
        using var folder = Folder(new string(' ', 2 << 20));
        Refused(folder, "the maximum is");
    }

    [Fact]
    public void The_revision_follows_the_contents_and_nothing_else()
    {
        using var one = Folder(XlmR);
        using var same = Folder(XlmR);
        using var other = Folder(XlmR).With("model.onnx", "other weights");
        Assert.Matches("^[0-9a-f]{20}$", Revision(one));
        Assert.Equal(Revision(one), Revision(same));
        Assert.NotEqual(Revision(one), Revision(other));
        same.With("config.json", XlmR + " ");
        Assert.NotEqual(Revision(one), Revision(same));
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    [InlineData("rerank.json")]
    public void A_change_in_any_small_file_changes_the_revision(string file)
    {
        using var folder = Folder(XlmR);
        var without = Revision(folder);
        folder.With(file, "one");
        var one = Revision(folder);
        folder.With(file, "two");
        Assert.Equal(3, new[] { without, one, Revision(folder) }.Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40 << 20)]
    [InlineData((80 << 20) - 1)]
    public void A_change_anywhere_in_large_weights_changes_the_revision(int at)
    {
        using var folder = Folder(XlmR);
        var weights = new byte[80 << 20];
        File.WriteAllBytes(folder["model.onnx"], weights);
        var before = Revision(folder);
        weights.AsSpan(at, Math.Min(weights.Length - at, 2 << 20)).Fill(1);
        File.WriteAllBytes(folder["model.onnx"], weights);
        Assert.NotEqual(before, Revision(folder));
    }

    private static string Revision(TemporaryFolder folder) => ModelRevision.Of(folder.Path, [folder["model.onnx"]], Device.Cpu);

    private static void Refused(TemporaryFolder folder, string expected) =>
        Assert.Contains(expected, Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder.Path, OnCpu)).Message, StringComparison.Ordinal);

    private static TemporaryFolder Folder(string config) =>
        new TemporaryFolder().With("config.json", config).With("tokenizer.json", "{}").With("model.onnx", "x");
}
