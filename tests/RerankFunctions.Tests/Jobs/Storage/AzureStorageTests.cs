using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Storage;

namespace RerankFunctions.Tests.Jobs.Storage;

/// <summary>That storage itself keeps what the protocol builds on.</summary>
public sealed class AzureStorageTests : IClassFixture<Azurite>
{
    private readonly Azurite _azurite;
    private readonly string _container = $"test-{Guid.NewGuid():n}";

    public AzureStorageTests(Azurite azurite) => _azurite = azurite;

    private StorageClients Clients(string? connection = null) => new(
        new StorageAccount(Options.Create(new StorageOptions { ConnectionString = connection ?? _azurite.ConnectionString })),
        Options.Create(new JobsOptions { Container = _container }));

    private AzureBlobStore Blobs() => new(Clients(), TimeProvider.System);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task A_blob_is_created_once()
    {
        var blobs = Blobs();

        Assert.True((await blobs.CreateAsync("a/b", Bytes("1"), null, default)).IsWritten);
        Assert.False((await blobs.CreateAsync("a/b", Bytes("2"), null, default)).IsWritten);

        Assert.Equal("1", Encoding.UTF8.GetString((await blobs.ReadAsync("a/b", null, default)).Content.Span));
    }

    [Fact]
    public async Task A_blob_is_replaced_only_by_who_has_read_it()
    {
        var blobs = Blobs();
        var first = (await blobs.CreateAsync("a", Bytes("1"), null, default)).ETag;
        var second = (await blobs.ReplaceAsync("a", Bytes("2"), null, first!, default)).ETag;

        Assert.NotNull(second);
        Assert.False((await blobs.ReplaceAsync("a", Bytes("3"), null, first!, default)).IsWritten);
        Assert.False((await blobs.ReplaceAsync("gone", Bytes("3"), null, second, default)).IsWritten);

        var reading = await blobs.ReadAsync("a", first, default);
        Assert.Equal("2", Encoding.UTF8.GetString(reading.Content.Span));
        Assert.Equal(second, reading.ETag);
        Assert.True((await blobs.ReadAsync("a", second, default)).IsUnchanged);
    }

    [Fact]
    public async Task Poisoned_messages_are_taken_as_text_whatever_their_encoding()
    {
        var clients = Clients();
        var poison = new AzurePoisonQueues(clients);
        await clients.PoisonOf(QueueKind.Chunks).DeleteIfExistsAsync();
        Assert.Empty(await poison.TakeAsync(QueueKind.Chunks, default));

        var queue = clients.PoisonOf(QueueKind.Drops);
        await queue.CreateIfNotExistsAsync();
        await queue.ClearMessagesAsync();
        await queue.SendMessageAsync(Convert.ToBase64String(Bytes("""{"v":1}""")));
        await queue.SendMessageAsync("""{"type":"é"}""");
        var messages = await poison.TakeAsync(QueueKind.Drops, default);

        Assert.Equal(["""{"type":"é"}""", """{"v":1}"""], messages.Select(message => message.Text).Order(StringComparer.Ordinal));
        Assert.Empty(await poison.TakeAsync(QueueKind.Drops, default));
        foreach (var message in messages)
        {
            await poison.DeleteAsync(QueueKind.Drops, message, default);
            await poison.DeleteAsync(QueueKind.Drops, message, default);
        }

        Assert.Equal(0, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Of_many_writers_one_wins()
    {
        var blobs = Blobs();
        var eTag = (await blobs.CreateAsync("a", Bytes("0"), null, default)).ETag;

        var replaced = await Task.WhenAll(Enumerable.Range(1, 8).Select(writer =>
            blobs.ReplaceAsync("a", Bytes($"{writer}"), null, eTag!, default)));

        Assert.Single(replaced, writing => writing.IsWritten);
    }

    [Fact]
    public async Task What_is_not_there_is_missing_and_may_be_deleted()
    {
        var blobs = Blobs();

        Assert.False((await blobs.ReadAsync("a", null, default)).IsFound);
        Assert.Null(await blobs.ReadAsync("a", static (stream, token) => JsonSerializer.DeserializeAsync<string>(stream, cancellationToken: token), default));
        await blobs.DeleteAsync("a", default);
        await blobs.CreateAsync("a", Bytes("\"text\""), null, default);
        Assert.Equal(
            "text",
            await blobs.ReadAsync("a", static (stream, token) => JsonSerializer.DeserializeAsync<string>(stream, cancellationToken: token), default));
        await blobs.DeleteAsync("a", default);
        Assert.False((await blobs.ReadAsync("a", null, default)).IsFound);
    }

    [Fact]
    public async Task A_listed_version_is_deleted_and_no_later_one()
    {
        var blobs = Blobs();
        await blobs.CreateAsync("a", Bytes("1"), null, default);
        var first = Assert.Single((await blobs.ListAsync("a", null, 2, default)).Blobs);
        await blobs.ReplaceAsync("a", Bytes("2"), null, first.ETag, default);

        await blobs.DeleteAsync("a", first.ETag, default);
        var second = Assert.Single((await blobs.ListAsync("a", null, 2, default)).Blobs);
        await blobs.DeleteAsync("a", second.ETag, default);
        await blobs.DeleteAsync("a", second.ETag, default);

        Assert.NotEqual(first.ETag, second.ETag);
        Assert.False((await blobs.ReadAsync("a", null, default)).IsFound);
    }

    [Fact]
    public async Task Blobs_are_listed_by_prefix_page_by_page()
    {
        var blobs = Blobs();
        Assert.Empty((await blobs.ListAsync("a/", null, 2, default)).Blobs);
        foreach (var name in new[] { "a/3", "b/1", "a/1", "a/2" })
        {
            await blobs.CreateAsync(name, Bytes("1"), null, default);
        }

        var first = await blobs.ListAsync("a/", null, 2, default);
        var second = await blobs.ListAsync("a/", first.Continuation, 2, default);

        Assert.Equal(["a/1", "a/2"], first.Blobs.Select(blob => blob.Name));
        Assert.Equal(["a/3"], second.Blobs.Select(blob => blob.Name));
        Assert.Null(second.Continuation);
    }

    [Fact]
    public async Task Answers_carry_storages_time()
    {
        var blobs = Blobs();
        var writing = await blobs.CreateAsync("a", Bytes("1"), null, default);
        var earliest = (await blobs.ListAsync("a", null, 1, default)).Blobs.Single().LastModified;

        DateTimeOffset[] times =
        [
            writing.Time,
            (await blobs.CreateAsync("a", Bytes("2"), null, default)).Time,
            (await blobs.ReplaceAsync("a", Bytes("2"), null, writing.ETag!, default)).Time,
            (await blobs.ReadAsync("a", null, default)).Time,
            (await blobs.ReadAsync("missing", null, default)).Time,
            (await blobs.ListAsync("a", null, 1, default)).Time,
        ];

        Assert.All(times, time => Assert.InRange(time, earliest, earliest + TimeSpan.FromMinutes(1)));
        Assert.All(times, time => Assert.Equal(0, time.Ticks % TimeSpan.TicksPerSecond));
    }

    [Fact]
    public async Task A_small_read_refuses_a_large_blob()
    {
        var blobs = Blobs();
        await blobs.CreateAsync("a", new byte[BlobReading.MaxBytes + 1], null, default);

        await Assert.ThrowsAsync<InvalidDataException>(() => blobs.ReadAsync("a", null, default));
    }

    [Fact]
    public async Task A_container_that_went_away_is_made_again()
    {
        var blobs = Blobs();
        await blobs.CreateAsync("a", Bytes("1"), null, default);
        await new BlobContainerClient(_azurite.ConnectionString, _container).DeleteAsync();

        Assert.False((await blobs.ReadAsync("a", null, default)).IsFound);
        Assert.True((await blobs.CreateAsync("a", Bytes("2"), null, default)).IsWritten);
    }

    [Fact]
    public async Task Messages_are_base64_and_a_queue_that_went_away_is_made_again()
    {
        var messages = new AzureJobMessages(Clients());
        var queue = new QueueClient(_azurite.ConnectionString, QueueNames.Jobs);
        var id = JobId.Create(TimeProvider.System);
        await queue.DeleteIfExistsAsync();

        Assert.Equal(0, await messages.CountAsync(QueueKind.Interactive, default));
        await queue.DeleteAsync();
        await messages.SendAsync(QueueKind.Interactive, new JobMessage(id, null).ToJson(), TimeSpan.Zero, default);
        await messages.SendAsync(QueueKind.Interactive, new JobMessage(id, null).ToJson(), TimeSpan.FromDays(1), default);

        Assert.Equal(2, await messages.CountAsync(QueueKind.Interactive, default));
        var received = Assert.Single((await queue.ReceiveMessagesAsync(maxMessages: 32)).Value);
        Assert.Equal(new JobMessage(id, null).ToJson(), Encoding.UTF8.GetString(Convert.FromBase64String(received.Body.ToString())));
    }

    [Fact]
    public async Task A_storage_that_is_cut_off_is_unavailable_until_it_is_back()
    {
        using var gate = _azurite.OpenGate();
        var clients = Clients(gate.ConnectionString);
        var blobs = new AzureBlobStore(clients, TimeProvider.System);
        var messages = new AzureJobMessages(clients);
        var eTag = (await blobs.CreateAsync("a", Bytes("1"), null, default)).ETag;
        gate.Cut();

        await Task.WhenAll(
            Assert.ThrowsAsync<StorageUnavailableException>(() => blobs.ReadAsync("a", null, default)),
            Assert.ThrowsAsync<StorageUnavailableException>(() => blobs.CreateAsync("b", Bytes("1"), null, default)),
            Assert.ThrowsAsync<StorageUnavailableException>(() => blobs.ReplaceAsync("a", Bytes("2"), null, eTag!, default)),
            Assert.ThrowsAsync<StorageUnavailableException>(() => blobs.DeleteAsync("a", default)),
            Assert.ThrowsAsync<StorageUnavailableException>(() => messages.CountAsync(QueueKind.Interactive, default)),
            Assert.ThrowsAsync<StorageUnavailableException>(() =>
                messages.SendAsync(QueueKind.Interactive, "text", TimeSpan.Zero, default)));

        gate.Mend();
        Assert.True((await blobs.ReplaceAsync("a", Bytes("2"), null, eTag!, default)).IsWritten);
    }

    [Fact]
    public async Task A_storage_that_refuses_the_key_is_unavailable()
    {
        var key = Convert.ToBase64String(new byte[64]);
        var connection = string.Join(';', _azurite.ConnectionString.Split(';').Select(part =>
            part.StartsWith("AccountKey=", StringComparison.Ordinal) ? $"AccountKey={key}" : part));

        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            new AzureBlobStore(Clients(connection), TimeProvider.System).CreateAsync("a", Bytes("1"), null, default));

        Assert.Contains("403", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_answers_in_storages_place_is_an_outage_and_no_missing_blob()
    {
        await using var gateway = WebApplication.CreateSlimBuilder().Build();
        gateway.Urls.Add("http://127.0.0.1:0");
        await gateway.StartAsync();
        var port = new Uri(gateway.Urls.Single()).Port;
        var blobs = new AzureBlobStore(Clients(
            $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AA==;"
            + $"BlobEndpoint=http://127.0.0.1:{port}/a;QueueEndpoint=http://127.0.0.1:{port}/a;"), TimeProvider.System);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => blobs.ReadAsync("a", null, default));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => blobs.CreateAsync("a", Bytes("1"), null, default));
    }

    [Fact]
    public async Task A_caller_who_leaves_is_no_outage()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Blobs().CreateAsync("a", Bytes("1"), null, left.Token));
    }
}
