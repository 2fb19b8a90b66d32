using System.Text;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Safetensors;

public sealed class SafetensorsModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_are_found_in_any_order_and_behind_metadata_and_spaces()
    {
        const string Header =
            """{"b":{"shape":[2,3],"dtype":"BF16","data_offsets":[4,16]},"__metadata__":{"x":"y"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""";
        var model = Open($"{Header}   ", 16);
        Assert.Equal(["a", "b"], model.Tensors.Keys.Order());
        Assert.Equal((OnnxDataType.Float, 4), (model.Tensors["a"].DataType, model.Tensors["a"].Bytes));
        Assert.Equal([2, 3], model.Tensors["b"].Dims);
        Assert.Equal(model.Tensors["a"].Offset + 4, model.Tensors["b"].Offset);
        var row = model.Tensors["b"].Rows(1, 1);
        Assert.Equal((model.Tensors["b"].Offset + 6, 6), (row.Offset, row.Bytes));
    }

    [Theory]
    [InlineData("", 0, "does not begin with '{'")]
    [InlineData(" {}", 0, "does not begin with '{'")]
    [InlineData("{", 0, "not the JSON")]
    [InlineData("{}{}", 0, "not the JSON")]
    [InlineData("{}", 4, "0 bytes, and the file has 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "4 bytes, and the file has 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 0, "4 bytes, and the file has 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "another number of bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "too large numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "too large numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "another number of bytes")]
    [InlineData("""{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}""", 1, "another number of bytes")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype F31")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "another number of bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "too many")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "once each")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "nothing else")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "names a twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "has a hole before it")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "has a hole before it")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not the JSON")]
    [InlineData("""{"__metadata__":{"a":"b","a":"c"}}""", 0, "names a twice")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not the JSON")]
    public void A_file_that_breaks_a_rule_is_refused(string header, int dataBytes, string why) =>
        Assert.Contains(why, Assert.Throws<ModelLoadException>(() => Open(header, dataBytes)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_header_beyond_the_file_or_the_limit_is_refused_before_it_is_read()
    {
        WriteFile("model.safetensors", [16, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        Assert.Contains("ends before its header", Fault(), StringComparison.Ordinal);
        WriteFile("model.safetensors", [255, 255, 255, 255, 255, 255, 255, 255, (byte)'{', (byte)'}']);
        Assert.Contains("the maximum is 100000000", Fault(), StringComparison.Ordinal);
        WriteFile("model.safetensors", [1, 0]);
        Assert.Contains("too short", Fault(), StringComparison.Ordinal);

        string Fault() => Assert.Throws<ModelLoadException>(() => SafetensorsModel.Open(_folder.Path, "model.safetensors")).Message;
    }

    [Fact]
    public void Shards_are_read_together()
    {
        WriteShards("""{"metadata":{"total_size":8},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""");
        Assert.Equal(["a", "b"], SafetensorsModel.Open(_folder.Path, "model.safetensors.index.json").Tensors.Keys.Order());
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"one.safetensors"}}""", null)]
    [InlineData("""{"weight_map":{"a":"one.safetensors","b":"one.safetensors"}}""", "one.safetensors has no tensor b")]
    [InlineData("""{"weight_map":{"b":"two.safetensors","c":"one.safetensors"}}""", "one.safetensors has the tensor a")]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "the name must be")]
    [InlineData("""{"weight_map":{"a":"/one.safetensors"}}""", "the name must be")]
    [InlineData("""{"weight_map":{"a":"three.safetensors"}}""", "three.safetensors is missing")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","a":"two.safetensors"}}""", "names the tensor a twice")]
    [InlineData("""{"weight_map":{"a":1}}""", "must be a JSON object with a 'weight_map'")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "must be a JSON object with a 'weight_map'")]
    [InlineData("""{}""", "must be a JSON object with a 'weight_map'")]
    [InlineData("""[]""", "must be a JSON object with a 'weight_map'")]
    public void A_list_of_shards_that_does_not_fit_them_is_refused(string index, string? why)
    {
        WriteShards(index);
        SafetensorsModel OpenShards() => SafetensorsModel.Open(_folder.Path, "model.safetensors.index.json");
        if (why is null)
        {
            Assert.Equal(["a"], OpenShards().Tensors.Keys);
            return;
        }

        Assert.Contains(why, Assert.Throws<ModelLoadException>(OpenShards).Message, StringComparison.Ordinal);
    }

    private void WriteShards(string index)
    {
        WriteFile("one.safetensors", SafetensorsWriter.Encode("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4));
        WriteFile("two.safetensors", SafetensorsWriter.Encode("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4));
        WriteFile("model.safetensors.index.json", Encoding.UTF8.GetBytes(index));
    }

    private SafetensorsModel Open(string header, int dataBytes)
    {
        WriteFile("model.safetensors", SafetensorsWriter.Encode(header, dataBytes));
        return SafetensorsModel.Open(_folder.Path, "model.safetensors");
    }

    private void WriteFile(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_folder.Path, name), bytes);
}
