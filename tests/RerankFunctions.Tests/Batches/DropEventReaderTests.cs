using System.Text;
using RerankFunctions.Batches.Starting;

namespace RerankFunctions.Tests.Batches;

public sealed class DropEventReaderTests
{
    private const string EventGrid = """
        {"topic":"/subscriptions/0/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
        "subject":"/blobServices/default/containers/rerank-drops/blobs/dir/blobs/größe 1.jsonl","eventType":"Microsoft.Storage.BlobCreated",
        "id":"1","data":{"api":"PutBlockList","eTag":"0x1","contentLength":9,"blobType":"BlockBlob","url":"https://a.blob.core.windows.net/x","sequencer":"0"},
        "dataVersion":"","metadataVersion":"1","eventTime":"2026-11-21T00:00:00Z"}
        """;

    private const string CloudEvent = """
        {"source":"/subscriptions/0","subject":"/blobServices/default/containers/rerank-drops/blobs/a.jsonl","type":"Microsoft.Storage.BlobCreated",
        "time":"2026-11-21T00:00:00Z","id":"1","data":{"api":"PutBlob","eTag":"0x1"},"specversion":"1.0"}
        """;

    [Fact]
    public void Both_schemas_are_read_one_by_one_and_in_arrays()
    {
        BlobPath[] blobs = [new("rerank-drops", "dir/blobs/größe 1.jsonl"), new("rerank-drops", "a.jsonl")];
        Assert.Equal([blobs[0]], DropEventReader.Read(EventGrid));
        Assert.Equal([blobs[1]], DropEventReader.Read(CloudEvent));
        Assert.Equal(blobs, DropEventReader.Read($"[{EventGrid},{CloudEvent}]"));
    }

    [Theory]
    [InlineData("Microsoft.Storage.BlobCreated", "Microsoft.Storage.BlobDeleted")]
    [InlineData("PutBlob", "CreateFile")]
    public void Events_of_other_kinds_name_no_blob(string from, string to) =>
        Assert.Empty(DropEventReader.Read(CloudEvent.Replace(from, to, StringComparison.Ordinal))!);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("[[]]")]
    [InlineData("null")]
    [InlineData("{\"type\":1,\"subject\":2}")]
    [InlineData("{\"type\":\"Microsoft.Storage.BlobCreated\",\"subject\":\"/blobServices/default/containers//blobs/a\"}")]
    [InlineData("{\"type\":\"Microsoft.Storage.BlobCreated\",\"subject\":\"/blobServices/default/containers/a/blobs/\"}")]
    [InlineData("{\"type\":\"Microsoft.Storage.BlobCreated\",\"subject\":\"\\ud800\"}")]
    [InlineData("{\"type\":\"Microsoft.Storage.BlobCreated\",\"subject\":\"../../etc\"}")]
    public void Anything_else_is_no_event(string text) => Assert.Null(DropEventReader.Read(text));

    [Fact]
    public void Bytes_changed_at_random_do_not_throw()
    {
        var random = new Random(7);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(EventGrid);
            for (var change = 0; change <= round % 5; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            DropEventReader.Read(Encoding.UTF8.GetString(bytes.AsSpan(0, random.Next(bytes.Length))));
            DropEventReader.Read(Encoding.Latin1.GetString(bytes));
        }
    }
}
