using System.Text;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.ModelSources;

/// <summary>Repositories with safetensors: which files are fetched, and what a repository without usable weights says.</summary>
public sealed class HubSafetensorsTests : IAsyncLifetime
{
    private const string Weights = "model.safetensors";
    private const string Index = "model.safetensors.index.json";
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";
    private const string XlmR = """{"architectures":["XLMRobertaForSequenceClassification"],"model_type":"xlm-roberta","vocab_size":9}""";

    private HubFixture _fixture = null!;

    private FakeHub Hub => _fixture.Hub;

    public async Task InitializeAsync()
    {
        _fixture = await HubFixture.StartAsync();
        Put("config.json", XlmR);
        Hub.Files[Weights] = HubFixture.Noise(300_000);
    }

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [InlineData("XLMRobertaForSequenceClassification", "xlm-roberta")]
    [InlineData("RobertaForSequenceClassification", "roberta")]
    [InlineData("BertForSequenceClassification", "bert")]
    [InlineData("ModernBertForSequenceClassification", "modernbert")]
    [InlineData("Qwen3ForCausalLM", "qwen3")]
    [InlineData("Qwen3ForSequenceClassification", "qwen3")]
    public async Task Safetensors_come_before_onnx_where_a_graph_is_built(string architecture, string type)
    {
        Put("config.json", $$"""{"architectures":["{{architecture}}"],"model_type":"{{type}}","vocab_size":9}""");

        var folder = await FetchAsync();

        Assert.Equal(["config.json", Weights, "tokenizer.json"], FilesIn(folder));
        Assert.Equal(Hub.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(folder, Weights)));
        Assert.DoesNotContain(Hub.Requests, request => request.Path.Contains("onnx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shards_are_fetched_as_their_index_names_them()
    {
        Shard($$"""{"metadata":{"total_size":9},"weight_map":{"a":"{{Second}}","b":"{{First}}","c":"{{Second}}"} }""");
        Hub.Files["model-00003-of-00003.safetensors"] = HubFixture.Noise(2_000);

        var folder = await FetchAsync();

        Assert.Equal(["config.json", First, Second, Index, "tokenizer.json"], FilesIn(folder));
        Assert.All(FilesIn(folder), name => Assert.Equal(Hub.Files[name], File.ReadAllBytes(Path.Combine(folder, name))));
    }

    [Fact]
    public async Task A_large_index_in_lfs_is_read_like_a_small_one()
    {
        Shard($$"""{"weight_map":{"a":"{{First}}","b":"{{Second}}"},"metadata":"{{new string('x', 2_000)}}"}""");

        Assert.Equal(["config.json", First, Second, Index, "tokenizer.json"], FilesIn(await FetchAsync()));
    }

    [Fact]
    public async Task One_download_serves_every_precision()
    {
        var first = await FetchAsync("auto");
        Hub.Before = (_, _) => throw new InvalidOperationException("asked again");

        Assert.Equal(first, await FetchAsync("int8"));
        Assert.Equal(first, await FetchAsync("fp32"));
    }

    [Fact]
    public async Task Two_precisions_at_once_fetch_every_file_once()
    {
        var folders = await Task.WhenAll(FetchAsync("auto"), FetchAsync("int8"));

        Assert.Equal(folders[0], folders[1]);
        Assert.Equal(2, Hub.RequestsFor(Weights).Count());
    }

    [Fact]
    public async Task The_onnx_file_that_a_setting_names_is_fetched_instead()
    {
        var built = await FetchAsync();

        var folder = await _fixture.Source(file: "onnx/model_fp16.onnx").GetFolderAsync(default);

        Assert.NotEqual(built, folder);
        Assert.Equal(["config.json", "onnx/model_fp16.onnx", "tokenizer.json"], FilesIn(folder));
    }

    [Fact]
    public async Task The_onnx_file_that_rerank_json_names_is_fetched_instead()
    {
        Put("rerank.json", """{"file":"onnx/model_fp16.onnx"}""");

        Assert.Equal(["config.json", "onnx/model_fp16.onnx", "rerank.json", "tokenizer.json"], FilesIn(await FetchAsync()));
    }

    [Theory]
    [InlineData("""{"architectures":["XLMRobertaForSequenceClassification"],"model_type":"xlm-roberta","vocab_size":9,"auto_map":{"AutoModel":"m.M"}}""")]
    [InlineData("""{"architectures":["DebertaV2ForSequenceClassification"],"model_type":"deberta-v2","vocab_size":9}""")]
    [InlineData("""{"architectures":["BertForSequenceClassification"],"model_type":"jina_bert","vocab_size":9}""")]
    public async Task Onnx_is_fetched_where_no_graph_is_built(string config)
    {
        Put("config.json", config);

        Assert.Equal(["config.json", "onnx/model.onnx", "onnx/model.onnx_data", "tokenizer.json"], FilesIn(await FetchAsync()));
    }

    [Fact]
    public async Task Safetensors_alone_of_an_architecture_that_is_not_built_say_why()
    {
        WithoutOnnx();
        Put("config.json", """{"architectures":["ModernBertModel"],"model_type":"modernbert","vocab_size":9}""");

        await RefusedAsync("hf:owner/name", "'ModernBertModel'");
        Assert.Empty(Hub.RequestsFor(Weights));
    }

    [Fact]
    public async Task Custom_code_without_onnx_is_named()
    {
        WithoutOnnx();
        Put("config.json", XlmR.Replace("{", """{"auto_map":{"AutoModel":"m.M"},""", StringComparison.Ordinal));

        await RefusedAsync("custom code ('auto_map')", "onnx/model.onnx");
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("pytorch_model.bin.index.json")]
    public async Task Pickled_weights_alone_say_what_to_do(string file)
    {
        WithoutOnnx();
        Hub.Files.Remove(Weights, out _);
        Hub.Files.Remove("pytorch_model.bin", out var bytes);
        Hub.Files[file] = bytes!;

        await RefusedAsync("hf:owner/name", $"{file} is not read", "save the model as model.safetensors");
        Assert.Empty(Hub.RequestsFor(file));
    }

    [Fact]
    public async Task A_repository_without_weights_names_what_it_should_have()
    {
        WithoutOnnx();
        Hub.Files.Remove(Weights, out _);
        Hub.Files.Remove("pytorch_model.bin", out _);

        await RefusedAsync("model.safetensors or onnx/model.onnx", "is missing in hf:owner/name");
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\\\b.safetensors")]
    [InlineData("")]
    public async Task A_shard_outside_the_folder_is_refused(string shard)
    {
        Shard($$"""{"weight_map":{"a":"{{First}}","b":"{{shard}}"} }""");

        await RefusedAsync(Index, "the name must be a relative path");
        Assert.Empty(Hub.RequestsFor(First));
    }

    [Theory]
    [InlineData("{", "must be a JSON object")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{}", "'weight_map'")]
    [InlineData("""{"weight_map":[]}""", "'weight_map'")]
    [InlineData("""{"weight_map":{}}""", "names no files")]
    [InlineData("""{"weight_map":{"a":1}}""", "'weight_map'")]
    public async Task A_damaged_index_is_refused(string json, string expected)
    {
        Shard(json);

        await RefusedAsync(Index, expected);
    }

    [Fact]
    public async Task A_shard_that_the_repository_lacks_is_named()
    {
        Shard($$"""{"weight_map":{"a":"{{First}}","b":"{{Second}}"} }""");
        Hub.Files.Remove(Second, out _);

        await RefusedAsync(Second, "is missing in hf:owner/name");
    }

    [Fact]
    public async Task A_gated_repository_needs_the_token_which_stays_at_the_hub()
    {
        Hub.Token = "hf_right";
        var error = await Assert.ThrowsAsync<ModelLoadException>(() => FetchAsync());
        Assert.Equal(ModelFailureCodes.ModelAccessDenied, error.Code);
        Assert.Contains("HF_TOKEN", error.Message, StringComparison.Ordinal);
        Shard($$"""{"weight_map":{"a":"{{First}}","b":"{{Second}}"} }""");

        var folder = await _fixture.Source(token: "hf_right").GetFolderAsync(default);

        Assert.Equal(["config.json", First, Second, Index, "tokenizer.json"], FilesIn(folder));
        Assert.All(
            Hub.Requests.Where(request => request.Path.StartsWith("/lfs/", StringComparison.Ordinal)), request => Assert.Empty(request.Authorization));
    }

    [Fact]
    public async Task The_limit_of_bytes_counts_shards()
    {
        Shard($$"""{"weight_map":{"a":"{{First}}","b":"{{Second}}"} }""");

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source(maxBytes: 150_000).GetFolderAsync(default));

        Assert.Contains("Rerank:ModelMaxBytes", error.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.RequestsFor(First));
    }

    private Task<string> FetchAsync(string dtype = "fp32") => _fixture.Source(dtype: dtype).GetFolderAsync(default);

    private async Task RefusedAsync(params string[] expected)
    {
        var error = await Assert.ThrowsAsync<ModelLoadException>(() => FetchAsync());
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal((ModelFailureCodes.ModelInvalid, false), (error.Code, error.IsTransient));
    }

    private void Put(string name, string text) => Hub.Files[name] = Encoding.UTF8.GetBytes(text);

    private void Shard(string index)
    {
        Hub.Files.Remove(Weights, out _);
        Put(Index, index);
        Hub.Files[First] = HubFixture.Noise(100_000);
        Hub.Files[Second] = HubFixture.Noise(70_000);
    }

    private void WithoutOnnx()
    {
        foreach (var file in Hub.Files.Keys.Where(name => name.StartsWith("onnx/", StringComparison.Ordinal)))
        {
            Hub.Files.Remove(file, out _);
        }
    }

    private static string[] FilesIn(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
}
