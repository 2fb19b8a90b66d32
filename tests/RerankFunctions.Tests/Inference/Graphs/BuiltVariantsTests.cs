using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Inference.Safetensors;
using RerankFunctions.Tests.Support;
using Tensors = System.Collections.Generic.Dictionary<string, (RerankFunctions.Inference.Onnx.OnnxDataType Type, long[] Dims, byte[] Bytes)>;

namespace RerankFunctions.Tests.Inference.Graphs;

/// <summary>The same weights in other forms that files have: they give the same logits, or are refused with the reason.</summary>
public sealed class BuiltVariantsTests : IDisposable
{
    private const float Tolerance = 1e-5f;
    private static readonly string[] Documents = ["", "The queue holds every job.", "A river, a bridge and the old town; nothing else is here."];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_of_old_files_and_names_without_a_prefix_are_understood()
    {
        var tensors = Copy("bert-tiny");
        var expected = Score();
        Write(tensors.ToDictionary(
            tensor => tensor.Key.Replace("bert.", "", StringComparison.Ordinal).Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
                .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal),
            tensor => tensor.Value));
        AssertSame(expected, Score());
    }

    [Fact]
    public void Tensors_at_odd_offsets_and_tensors_that_are_not_needed_change_nothing()
    {
        var tensors = Copy("bert-tiny");
        var expected = Score();
        tensors.Add("other.weight", (OnnxDataType.Int64, [1], new byte[8]));
        SafetensorsWriter.Write(_folder["model.safetensors"], tensors, shift: 1);
        AssertSame(expected, Score());
        SafetensorsWriter.Write(_folder["model.safetensors"], tensors, shift: 2);
        AssertSame(expected, Score());
    }

    [Theory]
    [InlineData("bert-tiny", "BFloat16")]
    [InlineData("modernbert-tiny", "Float16")]
    [InlineData("qwen3-tiny", "BFloat16")]
    [InlineData("qwen3-tiny", "Float16")]
    public void Weights_of_16_bits_score_as_the_same_numbers_in_32_bits(string model, string typeName)
    {
        var type = Enum.Parse<OnnxDataType>(typeName);
        var tensors = Copy(model);
        Write(tensors.ToDictionary(tensor => tensor.Key, tensor => (type, tensor.Value.Dims, Narrow(tensor.Value.Bytes, type))));
        var narrow = Score();
        Write(tensors.ToDictionary(tensor => tensor.Key, tensor => (OnnxDataType.Float, tensor.Value.Dims, Widen(Narrow(tensor.Value.Bytes, type), type))));
        AssertSame(Score(), narrow);
    }

    [Fact]
    public void Roberta_is_bert_with_positions_after_the_padding_id_and_one_segment()
    {
        var tensors = Copy("bert-tiny");
        var types = tensors["bert.embeddings.token_type_embeddings.weight"];
        types.Bytes.AsSpan(0, types.Bytes.Length / 2).CopyTo(types.Bytes.AsSpan(types.Bytes.Length / 2));
        Write(tensors);
        var expected = Score();

        // The padding id is 0: the first token of a row is at position 1.
        var positions = tensors["bert.embeddings.position_embeddings.weight"];
        var row = positions.Bytes.Length / (int)positions.Dims[0];
        tensors["bert.embeddings.position_embeddings.weight"] =
            (positions.Type, [positions.Dims[0] + 1, positions.Dims[1]], [.. new byte[row], .. positions.Bytes]);
        Write(tensors.ToDictionary(
            tensor => tensor.Key.Replace("bert.pooler.dense", "classifier.dense", StringComparison.Ordinal)
                .Replace("bert.", "roberta.", StringComparison.Ordinal)
                .Replace("classifier.weight", "classifier.out_proj.weight", StringComparison.Ordinal)
                .Replace("classifier.bias", "classifier.out_proj.bias", StringComparison.Ordinal),
            tensor => tensor.Value));
        Configure(config =>
        {
            config["architectures"] = new JsonArray("XLMRobertaForSequenceClassification");
            config["model_type"] = "xlm-roberta";
            config["max_position_embeddings"] = (int)positions.Dims[0] + 1;
        });
        AssertSame(expected, Score());
    }

    [Fact]
    public void Modernbert_reads_the_first_token_where_its_configuration_says_so()
    {
        Copy("modernbert-tiny");
        var mean = Score();
        Configure(config => config["classifier_pooling"] = "cls");
        Assert.NotEqual(mean, Score());
    }

    [Fact]
    public void Layers_may_be_named_instead_of_counted()
    {
        Copy("modernbert-tiny");
        var expected = Score();
        Configure(config =>
        {
            config["layer_types"] = new JsonArray("full_attention", "sliding_attention", "sliding_attention", "full_attention");
            config.Remove("global_attn_every_n_layers");
            config.Remove("global_rope_theta");
            config.Remove("local_rope_theta");
            config["rope_parameters"] = JsonNode.Parse(
                """{"full_attention":{"rope_type":"default","rope_theta":160000.0},"sliding_attention":{"rope_type":"default","rope_theta":10000.0}}""");
        });
        AssertSame(expected, Score());
        Configure(config => config["layer_types"] = new JsonArray("full_attention", "full_attention", "sliding_attention", "full_attention"));
        Assert.NotEqual(expected, Score());
    }

    [Fact]
    public void A_missing_tensor_and_one_of_another_shape_or_type_are_named()
    {
        const string Name = "bert.encoder.layer.1.output.dense.weight";
        var tensors = Copy("bert-tiny");
        var (type, dims, bytes) = tensors[Name];
        tensors[Name] = (type, [dims[1], dims[0]], bytes);
        Write(tensors);
        AssertRefused($"the tensor {Name} is [96, 48]; config.json asks for [48, 96]");
        tensors[Name] = (OnnxDataType.Int64, [dims[0], dims[1] / 2], bytes);
        Write(tensors);
        AssertRefused($"the tensor {Name} is of type Int64");
        tensors.Remove(Name);
        Write(tensors);
        AssertRefused($"no tensor {Name}");
    }

    [Theory]
    [InlineData("bert-tiny", "hidden_act", "\"mish\"")]
    [InlineData("bert-tiny", "position_embedding_type", "\"relative_key\"")]
    [InlineData("bert-tiny", "is_decoder", "true")]
    [InlineData("bert-tiny", "quantization_config", "{\"bits\":4}")]
    [InlineData("bert-tiny", "layer_norm_eps", "-1")]
    [InlineData("bert-tiny", "num_attention_heads", "5")]
    [InlineData("modernbert-tiny", "classifier_pooling", "\"max\"")]
    [InlineData("modernbert-tiny", "hidden_activation", "\"quick_gelu\"")]
    [InlineData("modernbert-tiny", "layer_types", "[\"full_attention\"]")]
    [InlineData("modernbert-tiny", "rope_parameters", "{\"full_attention\":{\"rope_type\":\"yarn\"}}")]
    [InlineData("qwen3-tiny", "rope_scaling", "{\"rope_type\":\"yarn\",\"factor\":4.0}")]
    [InlineData("qwen3-tiny", "use_sliding_window", "true")]
    [InlineData("qwen3-tiny", "layer_types", "[\"full_attention\",\"sliding_attention\",\"full_attention\"]")]
    [InlineData("qwen3-tiny", "num_key_value_heads", "3")]
    [InlineData("qwen3-tiny", "is_causal", "false")]
    public void A_value_that_is_not_supported_is_refused_by_name(string model, string field, string value)
    {
        Copy(model);
        Configure(config => config[field] = JsonNode.Parse(value));
        AssertRefused($"'{field}'");
    }

    [Fact]
    public void Tables_of_positions_that_would_be_too_large_are_refused()
    {
        Copy("qwen3-tiny");
        Configure(config => (config["head_dim"], config["max_position_embeddings"]) = (131_072, 131_072));
        _folder.With("rerank.json", """{"max_length":65536}""");
        AssertRefused("65,536 tokens a pair and heads of 131,072");
    }

    [Fact]
    public void A_head_that_is_not_tied_is_read_from_its_own_tensor()
    {
        var tensors = Copy("qwen3-tiny");
        var expected = Score();
        Configure(config => config["tie_word_embeddings"] = false);
        AssertRefused("no tensor lm_head.weight");
        tensors.Add("lm_head.weight", tensors["model.embed_tokens.weight"]);
        Write(tensors);
        AssertSame(expected, Score());
    }

    private static byte[] Narrow(byte[] floats, OnnxDataType type)
    {
        var values = MemoryMarshal.Cast<byte, float>(floats);
        var narrow = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
        {
            var bits = type == OnnxDataType.Float16
                ? BitConverter.HalfToUInt16Bits((Half)values[i])
                : (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16);
            BitConverter.TryWriteBytes(narrow.AsSpan(i * 2), bits);
        }

        return narrow;
    }

    private static byte[] Widen(byte[] narrow, OnnxDataType type)
    {
        var words = MemoryMarshal.Cast<byte, ushort>(narrow);
        var values = new float[words.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = type == OnnxDataType.Float16 ? (float)BitConverter.UInt16BitsToHalf(words[i]) : BitConverter.UInt32BitsToSingle((uint)words[i] << 16);
        }

        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static void AssertSame(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));

    private Tensors Copy(string model)
    {
        _folder.With(TestModel.Own($"safetensors/{model}"));
        return SafetensorsWriter.Read(_folder.Path);
    }

    private void Write(Tensors tensors) => SafetensorsWriter.Write(_folder["model.safetensors"], tensors);

    private void Configure(Action<JsonObject> change)
    {
        var config = JsonNode.Parse(File.ReadAllText(_folder["config.json"]))!.AsObject();
        change(config);
        File.WriteAllText(_folder["config.json"], config.ToJsonString());
    }

    private void AssertRefused(string why) =>
        Assert.Contains(why, Assert.Throws<ModelLoadException>(Score).Message, StringComparison.Ordinal);

    private float[] Score()
    {
        using var family = ModelFamilies.Load(TestModel.Context(_folder.Path));
        using var job = family.Encode(new ScoringRequest("which river", Documents), CancellationToken.None);
        return TestModel.Score(family, job, [.. Enumerable.Range(0, job.Count)]);
    }
}
