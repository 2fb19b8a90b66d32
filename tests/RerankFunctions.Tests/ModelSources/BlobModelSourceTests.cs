using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Storage;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.ModelSources;

public sealed class BlobModelSourceTests(Azurite azurite) : IClassFixture<Azurite>, IAsyncLifetime
{
    private const string Prefix = "rerankers/tiny";
    private readonly InstantTime _time = new();
    private readonly string _cache = Directory.CreateTempSubdirectory("rerank-cache-").FullName;
    private readonly List<ServiceProvider> _services = [];
    private BlobContainerClient _container = null!;

    public async Task InitializeAsync()
    {
        _container = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient($"models-{Guid.NewGuid():n}");
        await _container.CreateAsync();
        await UploadAsync("config.json", [.. "{}"u8]);
        await UploadAsync("tokenizer.json", [.. "{}"u8]);
        await UploadAsync("notes.txt", new byte[10]);
        await UploadAsync("onnx/model.onnx", HubFixture.Graph("model.onnx_data", 50_000));
        await UploadAsync("onnx/model.onnx_data", HubFixture.Noise(200_000));
    }

    public Task DisposeAsync()
    {
        _services.ForEach(services => services.Dispose());
        Directory.Delete(_cache, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Fetches_the_files_that_are_loaded_and_no_others()
    {
        var folder = await Source().GetFolderAsync(default);

        Assert.Equal(HubFixture.Noise(200_000), await File.ReadAllBytesAsync(Path.Combine(folder, "onnx", "model.onnx_data")));
        Assert.Equal(4, Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_model_that_did_not_change_is_not_fetched_again()
    {
        var folder = await Source().GetFolderAsync(default);
        var written = File.GetLastWriteTimeUtc(Path.Combine(folder, "config.json"));

        Assert.Equal(folder, await Source().GetFolderAsync(default));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(folder, "config.json")));
    }

    [Fact]
    public async Task A_changed_model_is_fetched_into_another_folder()
    {
        var before = await Source().GetFolderAsync(default);
        await UploadAsync("config.json", [.. """{"a":1}"""u8]);

        var after = await Source().GetFolderAsync(default);

        Assert.NotEqual(before, after);
        Assert.Equal("""{"a":1}""", await File.ReadAllTextAsync(Path.Combine(after, "config.json")));
    }

    [Fact]
    public async Task Bytes_that_do_not_match_the_stated_hash_are_refused()
    {
        await Blob("onnx/model.onnx_data").SetHttpHeadersAsync(new BlobHttpHeaders { ContentHash = new byte[16] });

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => Source().GetFolderAsync(default));

        Assert.Contains("onnx/model.onnx_data", error.Message, StringComparison.Ordinal);
        Assert.Contains("hash", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_leads_out_of_the_folder_is_refused()
    {
        await UploadAsync("onnx\\..\\..\\evil", [1]);

        // Storage may take the name as it is or make '/' of it; either way nothing lands outside.
        var error = await Record.ExceptionAsync(() => Source().GetFolderAsync(default));

        Assert.True(error is null or ModelLoadException);
        Assert.Empty(Directory.GetFiles(_cache, "*evil*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_prefix_without_blobs_is_named()
    {
        var error = await Assert.ThrowsAsync<ModelLoadException>(() => Source("nothing/here").GetFolderAsync(default));

        Assert.Contains("nothing/here", error.Message, StringComparison.Ordinal);
        Assert.Equal((ModelFailureCodes.ModelNotFound, false), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_container_that_does_not_exist_is_named()
    {
        await _container.DeleteAsync();

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => Source().GetFolderAsync(default));

        Assert.Contains("does not exist", error.Message, StringComparison.Ordinal);
        Assert.Equal((ModelFailureCodes.ModelNotFound, false), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task Storage_that_cannot_be_reached_is_tried_again_and_then_named()
    {
        using var gate = azurite.OpenGate();
        gate.Cut();

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => Source(Connect(gate)).GetFolderAsync(default));

        Assert.Contains("cannot be reached for its list of blobs; gave up after 7 tries", error.Message, StringComparison.Ordinal);
        Assert.Equal((ModelFailureCodes.ModelUnreachable, true), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_download_whose_stream_breaks_is_tried_again()
    {
        using var gate = azurite.OpenGate();
        var log = new LogRecord();

        var folder = await Source(Connect(gate, new BreakingDownloads("model.onnx_data", times: 20)), log: log).GetFolderAsync(default);

        Assert.Equal(HubFixture.Noise(200_000), await File.ReadAllBytesAsync(Path.Combine(folder, "onnx", "model.onnx_data")));
        Assert.Contains(log.Lines, line => line.Message.Contains("cannot be reached for onnx/model.onnx_data", StringComparison.Ordinal));
    }

    private static Func<BlobClientOptions, BlobServiceClient> Connect(StorageGate gate, HttpPipelinePolicy? policy = null)
    {
        // Two tries of the client's own, so that it throws what it throws after several.
        var options = new BlobClientOptions { Retry = { MaxRetries = 1, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero } };
        if (policy is not null)
        {
            options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        }

        return _ => new BlobServiceClient(gate.ConnectionString, options);
    }

    private ServiceProvider Source(string prefix = Prefix) => Source(options => new BlobServiceClient(azurite.ConnectionString, options), prefix);

    private ServiceProvider Source(Func<BlobClientOptions, BlobServiceClient> connect, string prefix = Prefix, LogRecord? log = null)
    {
        var services = ModelSourceServices.Create(
            new()
            {
                ["Rerank:ModelPath"] = $"blob:{_container.Name}/{prefix}",
                ["Rerank:ModelCachePath"] = _cache,
                ["Rerank:Dtype"] = "fp32",
                ["Rerank:Device"] = "cpu",
            },
            _time,
            log,
            connect);
        _services.Add(services);
        return services;
    }

    private BlobClient Blob(string name) => _container.GetBlobClient($"{Prefix}/{name}");

    private async Task UploadAsync(string name, byte[] bytes) => await Blob(name).UploadAsync(new BinaryData(bytes), overwrite: true);
}
