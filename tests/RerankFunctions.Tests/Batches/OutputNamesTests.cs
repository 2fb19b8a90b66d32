using RerankFunctions.Batches.Protocol;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Batches;

public sealed class OutputNamesTests
{
    [Fact]
    public void A_block_is_that_of_one_batch_one_chunk_and_one_attempt()
    {
        string[] blocks =
        [
            OutputNames.Block(Batch("1"), 0, 1), OutputNames.Block(Batch("2"), 0, 1), OutputNames.Block(Batch("1"), 1, 1),
            OutputNames.Block(Batch("1"), 256, 1), OutputNames.Block(Batch("1"), 39_999, 1), OutputNames.Block(Batch("1"), 0, 2),
            OutputNames.Block(Batch("1"), 0, 65_537),
        ];

        Assert.Equal(blocks.Length, blocks.Distinct().Count());
        Assert.Equal(blocks[0], OutputNames.Block(Batch("1"), 0, 1));
    }

    [Fact]
    public void Blocks_of_all_versions_have_one_length()
    {
        var earlier = OutputNames.Block(Batch("1") with { Version = 1 }, 3, 2);

        Assert.Equal("000003-000002", System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(earlier)));
        Assert.Equal(earlier.Length, OutputNames.Block(Batch("1"), 3, 2).Length);
    }

    private static BatchRecord Batch(string eTag) => new()
    {
        Id = BatchId.Of("c", "n", eTag, DateTimeOffset.UnixEpoch),
        State = BatchState.InProgress,
        Input = new BatchInputBlob("c", "n", eTag, 1),
        OutputContainer = "o",
        Model = "demo",
        Endpoint = "/v1/rerank",
        Window = TimeSpan.FromHours(1),
        ExpiresAt = DateTimeOffset.MaxValue,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
