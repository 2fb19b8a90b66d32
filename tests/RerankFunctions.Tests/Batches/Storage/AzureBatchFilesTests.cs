using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Storage;

namespace RerankFunctions.Tests.Batches.Storage;

/// <summary>That storage itself keeps what batches build on.</summary>
public sealed class AzureBatchFilesTests : IClassFixture<Azurite>
{
    private const string Writer = "batch_1";
    private const string Name = "a/b.jsonl";

    private readonly Azurite _azurite;
    private readonly AzureBatchFiles _files;
    private readonly string _container = $"test-{Guid.NewGuid():n}";

    public AzureBatchFilesTests(Azurite azurite) => (_azurite, _files) = (azurite, Connect(azurite.ConnectionString));

    public static TheoryData<string> OddNames => new(
        "a b.jsonl",
        "100%.jsonl",
        "%2F%20.jsonl",
        "a+b&c=d?e#f.jsonl",
        "it's \"quoted\" (1) [2] {3}.jsonl",
        "Ärger/ñandú/東京/😀.jsonl",
        "deep/er//and/.hidden.jsonl",
        "semi;colon,comma:colon@at$dollar!~^`.jsonl",
        new string('x', 900));

    private static AzureBatchFiles Connect(string connection) =>
        new(new StorageAccount(Options.Create(new StorageOptions { ConnectionString = connection })), TimeProvider.System);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Block(int number) => Convert.ToBase64String([(byte)number]);

    [Fact]
    public async Task Staged_blocks_are_a_blob_only_once_they_are_committed_and_in_the_order_of_the_commit()
    {
        await StageAsync(2, "two\n");
        await StageAsync(0, "zero\n");
        await StageAsync(1, "first try\n");
        await StageAsync(1, "one\n");
        await StageAsync(3, "never committed\n");
        Assert.Null(await _files.FindAsync(_container, Name, default));

        Assert.True(await CommitAsync(null, 0, 1, 2));

        Assert.Equal("zero\none\ntwo\n", await TextAsync());
        var version = await FindAsync();
        Assert.Equal((13, Writer), (version.Bytes, version.Writer));
        Assert.DoesNotContain('"', version.ETag);
        Assert.Equal("application/x-ndjson", (await Blob().GetPropertiesAsync()).Value.ContentType);
    }

    [Fact]
    public async Task A_commit_replaces_only_the_version_that_it_names()
    {
        var first = await WriteAsync("1");
        await StageAsync(0, "2");
        Assert.False(await CommitAsync(null, 0));
        Assert.False(await CommitAsync("0x0", 0));
        Assert.Equal("1", await TextAsync());

        Assert.True(await CommitAsync(first.ETag, 0));
        Assert.Equal("2", await TextAsync());

        await StageAsync(0, "3");
        Assert.False(await CommitAsync(first.ETag, 0));
        Assert.Equal("2", await TextAsync());
    }

    [Fact]
    public async Task A_commit_of_a_missing_block_or_of_a_deleted_version_writes_nothing()
    {
        await StageAsync(0, "1");
        Assert.False(await CommitAsync(null, 0, 1));
        Assert.Null(await _files.FindAsync(_container, Name, default));

        var version = await WriteAsync("1");
        await _files.DeleteAsync(_container, Name, version.ETag, default);
        await StageAsync(0, "2");
        Assert.False(await CommitAsync(version.ETag, 0));
        Assert.Null(await _files.FindAsync(_container, Name, default));
    }

    [Fact]
    public async Task Of_many_writers_one_commits()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => StageAsync(number, $"{number}")));

        var commits = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => CommitAsync(null, number)));

        Assert.Single(commits, isWritten => isWritten);
    }

    [Fact]
    public async Task A_range_is_read_from_the_version_that_the_batch_has_found()
    {
        var input = InputOf(await WriteAsync("0123456789"));
        Assert.Equal("345", Encoding.UTF8.GetString(await _files.ReadAsync(input, 3, 3, default)));
        Assert.Equal("9", Encoding.UTF8.GetString(await _files.ReadAsync(input, 9, 1, default)));

        await Blob().UploadAsync(new BinaryData("9876543210").ToStream());
        await Assert.ThrowsAsync<InputChangedException>(() => _files.ReadAsync(input, 3, 3, default));

        await Blob().DeleteAsync();
        await Assert.ThrowsAsync<InputChangedException>(() => _files.ReadAsync(input, 3, 3, default));
        await Assert.ThrowsAsync<InputChangedException>(() => _files.ReadAsync(input with { Container = "gone" }, 3, 3, default));
    }

    [Fact]
    public async Task A_delete_takes_only_the_version_that_it_names()
    {
        var first = await WriteAsync("1");
        var second = await WriteAsync("2", first.ETag);

        await _files.DeleteAsync(_container, Name, first.ETag, default);
        Assert.Equal("2", await TextAsync());

        await _files.DeleteAsync(_container, Name, second.ETag, default);
        await _files.DeleteAsync(_container, Name, second.ETag, default);
        await _files.DeleteAsync("gone", Name, second.ETag, default);
        Assert.Null(await _files.FindAsync(_container, Name, default));
    }

    [Fact]
    public async Task A_list_has_the_block_blobs_with_the_versions_that_are_found()
    {
        Assert.Empty((await _files.ListAsync(_container, null, default)).Files);
        var version = await WriteAsync("1");
        await Client().GetAppendBlobClient("append.jsonl").CreateAsync(new AppendBlobCreateOptions());

        var page = await _files.ListAsync(_container, null, default);

        var file = Assert.Single(page.Files);
        Assert.Null(page.Continuation);
        Assert.Equal(new ListedFile(Name, version with { Writer = null }), file);
        Assert.InRange(page.Time, version.WrittenAt, version.WrittenAt + TimeSpan.FromMinutes(1));
        Assert.Null(await _files.FindAsync(_container, "append.jsonl", default));
        Assert.Null(await _files.FindAsync("gone", Name, default));
    }

    [Theory]
    [InlineData(null, true, true)]
    [InlineData(CopyStatus.Success, true, true)]
    [InlineData(CopyStatus.Pending, true, false)]
    [InlineData(CopyStatus.Failed, false, false)]
    [InlineData(CopyStatus.Aborted, false, false)]
    public void A_list_waits_for_a_copy_that_goes_on_and_not_for_one_that_has_failed(CopyStatus? copy, bool isListed, bool hasVersion)
    {
        var blob = BlobsModelFactory.BlobItem("a", properties: BlobsModelFactory.BlobItemProperties(
            accessTierInferred: false, blobType: BlobType.Block, copyStatus: copy, eTag: new Azure.ETag("1"), contentLength: 1));

        Assert.Equal(isListed, AzureBatchFiles.IsFile(blob));
        Assert.Equal(hasVersion, isListed && AzureBatchFiles.ToFile(blob).Version is not null);
    }

    [Fact]
    public async Task A_404_that_is_not_storages_own_says_nothing_about_a_blob()
    {
        await using var gateway = await Gateway.StartAsync();
        var files = Connect(gateway.ConnectionString);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => files.FindAsync(_container, Name, default));
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task A_name_with_odd_characters_is_one_and_the_same_blob_everywhere(string name)
    {
        Assert.True(BatchRequest.IsName(name));
        await _files.StageAsync(_container, name, Block(0), Bytes("text"), default);
        Assert.True(await _files.CommitAsync(_container, name, [Block(0)], Writer, null, default));

        var version = (await _files.FindAsync(_container, name, default))!;
        Assert.Equal([name], (await _files.ListAsync(_container, null, default)).Files.Select(file => file.Name));
        Assert.Equal("ex", Encoding.UTF8.GetString(await _files.ReadAsync(new BatchInputBlob(_container, name, version.ETag, 4), 1, 2, default)));

        await _files.DeleteAsync(_container, name, version.ETag, default);
        Assert.Null(await _files.FindAsync(_container, name, default));
    }

    [Fact]
    public async Task Storage_that_is_cut_off_is_unavailable_until_it_is_back()
    {
        using var gate = _azurite.OpenGate();
        var files = Connect(gate.ConnectionString);
        var version = await WriteAsync("1");
        gate.Cut();

        await AssertUnavailableAsync(files, InputOf(version));

        gate.Mend();
        Assert.Equal(version, await files.FindAsync(_container, Name, default));
    }

    [Fact]
    public async Task Storage_that_refuses_the_key_is_unavailable()
    {
        var version = await WriteAsync("1");
        var key = Convert.ToBase64String(new byte[64]);
        var connection = string.Join(';', _azurite.ConnectionString.Split(';').Select(part =>
            part.StartsWith("AccountKey=", StringComparison.Ordinal) ? $"AccountKey={key}" : part));

        await AssertUnavailableAsync(Connect(connection), InputOf(version));
    }

    [Fact]
    public async Task A_caller_who_leaves_is_no_outage()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _files.FindAsync(_container, Name, left.Token));
    }

    private async Task AssertUnavailableAsync(AzureBatchFiles files, BatchInputBlob input) => await Task.WhenAll(
        Assert.ThrowsAsync<StorageUnavailableException>(() => files.FindAsync(_container, Name, default)),
        Assert.ThrowsAsync<StorageUnavailableException>(() => files.ListAsync(_container, null, default)),
        Assert.ThrowsAsync<StorageUnavailableException>(() => files.ReadAsync(input, 0, 1, default)),
        Assert.ThrowsAsync<StorageUnavailableException>(() => files.StageAsync(_container, Name, Block(0), Bytes("2"), default)),
        Assert.ThrowsAsync<StorageUnavailableException>(() => files.CommitAsync(_container, Name, [Block(0)], Writer, input.ETag, default)),
        Assert.ThrowsAsync<StorageUnavailableException>(() => files.DeleteAsync(_container, Name, input.ETag, default)));

    private BlobContainerClient Client() => new(_azurite.ConnectionString, _container);

    private BlockBlobClient Blob() => Client().GetBlockBlobClient(Name);

    private async Task<string> TextAsync() => (await Blob().DownloadContentAsync()).Value.Content.ToString();

    private async Task<FileVersion> FindAsync() => (await _files.FindAsync(_container, Name, default))!;

    private BatchInputBlob InputOf(FileVersion version) => new(_container, Name, version.ETag, version.Bytes);

    private Task StageAsync(int number, string text) => _files.StageAsync(_container, Name, Block(number), Bytes(text), default);

    private Task<bool> CommitAsync(string? replaces, params int[] blocks) =>
        _files.CommitAsync(_container, Name, [.. blocks.Select(Block)], Writer, replaces, default);

    private async Task<FileVersion> WriteAsync(string text, string? replaces = null)
    {
        await StageAsync(0, text);
        Assert.True(await CommitAsync(replaces, 0));
        return await FindAsync();
    }
}
