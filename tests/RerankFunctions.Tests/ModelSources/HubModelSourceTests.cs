using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.ModelSources;

public sealed class HubModelSourceTests : IAsyncLifetime
{
    private HubFixture _fixture = null!;

    private FakeHub Hub => _fixture.Hub;

    public async Task InitializeAsync() => _fixture = await HubFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task Fetches_the_files_that_are_loaded_and_no_others()
    {
        var folder = await _fixture.Source().GetFolderAsync(default);

        Assert.Equal(["config.json", "onnx/model.onnx", "onnx/model.onnx_data", "tokenizer.json"], FilesIn(folder));
        Assert.All(FilesIn(folder), name => Assert.Equal(Hub.Files[name], File.ReadAllBytes(Path.Combine(folder, name))));
    }

    [Fact]
    public async Task Precision_asked_for_picks_the_file()
    {
        var folder = await _fixture.Source(dtype: "fp16").GetFolderAsync(default);

        Assert.Equal(["config.json", "onnx/model_fp16.onnx", "tokenizer.json"], FilesIn(folder));
    }

    [Fact]
    public async Task File_named_by_rerank_json_is_the_one_fetched()
    {
        Hub.Files["rerank.json"] = [.. """{"file":"special/own.onnx"}"""u8];
        Hub.Files["special/own.onnx"] = HubFixture.Graph(null, 0);

        var folder = await _fixture.Source().GetFolderAsync(default);

        Assert.Equal(["config.json", "rerank.json", "special/own.onnx", "tokenizer.json"], FilesIn(folder));
    }

    [Fact]
    public async Task A_commit_that_is_in_the_cache_needs_no_hub()
    {
        var first = await _fixture.Source().GetFolderAsync(default);
        Hub.Before = (_, _) => throw new InvalidOperationException("asked again");

        Assert.Equal(first, await _fixture.Source().GetFolderAsync(default));
    }

    [Fact]
    public async Task A_hub_named_by_an_IPv6_address_has_its_place_in_the_cache()
    {
        var kept = Path.Combine(_fixture.Cache, "hub", "--1-8080", "owner", "name", FakeHub.Commit, "fp32");
        Directory.CreateDirectory(kept);

        Assert.Equal(kept, await _fixture.Source(address: "http://[::1]:8080").GetFolderAsync(default));
    }

    [Fact]
    public async Task A_branch_is_resolved_to_its_commit_with_a_warning()
    {
        var folder = await _fixture.Source("main").GetFolderAsync(default);

        Assert.Contains(FakeHub.Commit, folder, StringComparison.Ordinal);
        Assert.Contains(_fixture.Log.Lines, line => line.Level == LogLevel.Warning && line.Message.Contains("commit hash", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_branch_is_its_last_known_commit_while_the_hub_is_down()
    {
        var first = await _fixture.Source("main").GetFolderAsync(default);
        Hub.Before = Always(503);

        Assert.Equal(first, await _fixture.Source("main").GetFolderAsync(default));
    }

    [Fact]
    public async Task A_list_in_pages_is_read_to_its_end()
    {
        Hub.PageSize = 2;

        Assert.Equal(4, FilesIn(await _fixture.Source().GetFolderAsync(default)).Length);
    }

    [Fact]
    public async Task Both_kinds_of_hash_are_checked_and_nothing_wrong_is_kept()
    {
        foreach (var (file, digits) in new[] { ("tokenizer.json", 40), ("onnx/model.onnx_data", 64) })
        {
            Hub.WrongHashes[file] = new string('a', digits);

            var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

            Assert.Contains(file, error.Message, StringComparison.Ordinal);
            Assert.Contains("hash", error.Message, StringComparison.Ordinal);
            Assert.Equal((ModelFailureCodes.ModelInvalid, false), (error.Code, error.IsTransient));
            Assert.Empty(Directory.GetDirectories(_fixture.Cache, "fp32", SearchOption.AllDirectories));
            Hub.WrongHashes.Clear();
        }

        Assert.Equal(4, FilesIn(await _fixture.Source().GetFolderAsync(default)).Length);
    }

    [Fact]
    public async Task An_announced_hash_that_differs_from_the_listed_one_is_an_error()
    {
        Hub.Before = (context, _) =>
        {
            if (context.Request.Path.Value!.EndsWith("onnx_data", StringComparison.Ordinal))
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers["X-Linked-Etag"] = new string('b', 64);
                    return Task.CompletedTask;
                });
            }

            return Task.FromResult(false);
        };

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("announces", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil.json")]
    [InlineData("onnx/../../evil.onnx")]
    [InlineData("/etc/evil")]
    [InlineData("C:/evil")]
    [InlineData("..\\\\evil")]
    [InlineData("onnx/.../evil")]
    [InlineData("a\\u0000b")]
    [InlineData("")]
    public async Task A_name_that_leads_out_of_the_folder_is_refused(string name)
    {
        Hub.ExtraEntries.Add($$"""{"type":"file","oid":"{{new string('a', 40)}}","size":2,"path":"{{name}}"}""");

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("invalid name", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_fixture.Cache, "evil*", SearchOption.AllDirectories));
        Assert.DoesNotContain(Hub.Requests, r => r.Path.Contains("/resolve/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Weights_outside_the_folder_of_the_graph_are_refused()
    {
        Hub.Files["onnx/model.onnx"] = HubFixture.Graph("../../secret", 4);

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("'../../secret'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("onnx/model.onnx")]
    [InlineData("onnx/model.onnx_data")]
    public async Task A_missing_file_is_named(string file)
    {
        Hub.Files.Remove(file, out _);

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("hf:owner/name", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(400_004)] // enough for the weights, and for the other files, but not for both
    public async Task A_model_over_the_size_limit_is_refused(long maxBytes)
    {
        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source(maxBytes: maxBytes).GetFolderAsync(default));

        Assert.Contains("Rerank:ModelMaxBytes", error.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.RequestsFor("onnx/model.onnx_data"));
    }

    [Fact]
    public async Task A_model_larger_than_the_disk_is_refused_before_it_is_fetched()
    {
        Hub.Files.Remove("onnx/model.onnx", out _);
        Hub.ExtraEntries.Add($$"""{"type":"file","oid":"{{new string('a', 40)}}","size":4611686018427387904,"path":"onnx/model.onnx"}""");

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("free", error.Message, StringComparison.Ordinal);
        Assert.Contains("Rerank:ModelCachePath", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_fixture.Cache, "hub"), "a file where a folder must be");

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("Rerank:ModelCachePath", error.Message, StringComparison.Ordinal);
        Assert.Equal((ModelFailureCodes.ModelCacheUnusable, false), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_hub_that_nobody_listens_on_may_be_there_later()
    {
        var address = Hub.Address;
        await Hub.DisposeAsync();

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source(address: address).GetFolderAsync(default));

        Assert.Equal((ModelFailureCodes.ModelUnreachable, true), (error.Code, error.IsTransient));
    }

    private static Func<HttpContext, int, Task<bool>> Always(int status) => (context, _) =>
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    };

    private static string[] FilesIn(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
}
