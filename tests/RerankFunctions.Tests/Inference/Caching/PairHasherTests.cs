using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;

namespace RerankFunctions.Tests.Inference.Caching;

public sealed class PairHasherTests
{
    private static readonly ScoringRequest Request = new("query", ["document", "other"]) { Instruction = "instruction", MaxTokensPerDocument = 7 };
    private readonly PairHasher _hasher = new(CachingSettings.Secret());

    public static TheoryData<ScoringRequest, string> OtherPairs => new()
    {
        { Request with { Query = "query2" }, "r" },
        { Request with { Query = "" }, "r" },
        { Request with { Instruction = null }, "r" },
        { Request with { Instruction = "" }, "r" },
        { Request with { MaxTokensPerDocument = null }, "r" },
        { Request with { MaxTokensPerDocument = 8 }, "r" },
        { Request with { Documents = ["documenu"] }, "r" },
        { Request with { Documents = [""] }, "r" },
        { Request, "s" },
        // The same characters in other fields.
        { Request with { Query = "queryi", Instruction = "nstruction" }, "r" },
        { Request with { Query = "query\0instruction", Instruction = null }, "r" },
        { Request with { Query = "instruction", Instruction = "query" }, "r" },
        { Request with { Query = "rquery" }, "" },
        { Request with { Query = "uery" }, "rq" },
        { Request with { Query = "queryd", Documents = ["ocument"] }, "r" },
        { Request with { Instruction = "instructiond", Documents = ["ocument"] }, "r" },
    };

    [Theory]
    [MemberData(nameof(OtherPairs))]
    public void Everything_that_decides_a_score_is_in_the_key(ScoringRequest other, string revision) =>
        Assert.NotEqual(_hasher.ForRequest("r", Request).KeyOf(0), _hasher.ForRequest(revision, other).KeyOf(0));

    [Fact]
    public void What_does_not_decide_a_score_is_not_in_the_key()
    {
        var other = Request with { Model = "m", WorkClass = WorkClass.Bulk, Deadline = DateTimeOffset.MaxValue, Documents = ["x", "other", "document"] };

        Assert.Equal(_hasher.ForRequest("r", Request).KeyOf(0), _hasher.ForRequest("r", other).KeyOf(2));
    }

    [Fact]
    public void Processes_with_the_same_secret_agree_and_others_do_not()
    {
        var key = _hasher.ForRequest("r", Request).KeyOf(0);

        Assert.Equal(key, new PairHasher(CachingSettings.Secret()).ForRequest("r", Request).KeyOf(0));
        Assert.NotEqual(key, new PairHasher(CachingSettings.Secret("another secret of theirs")).ForRequest("r", Request).KeyOf(0));
        Assert.NotEqual(
            new PairHasher(CachingSettings.Secret(null)).ForRequest("r", Request).KeyOf(0),
            new PairHasher(CachingSettings.Secret(null)).ForRequest("r", Request).KeyOf(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_047)]
    [InlineData(2_048)]
    [InlineData(2_049)]
    [InlineData(100_000)]
    public void A_key_is_the_first_half_of_HMAC_SHA256(int length)
    {
        var (key, text) = (RandomNumberGenerator.GetBytes(32), new string('x', length));

        var expected = HMACSHA256.HashData(key, MemoryMarshal.AsBytes(text.AsSpan()));

        Assert.Equal(BinaryPrimitives.ReadUInt128LittleEndian(expected), new RequestHasher(key, [text]).KeyOf(0).Value);
    }

    [Fact]
    public void Hashing_allocates_nothing()
    {
        var pairs = _hasher.ForRequest("r", Request with { Documents = [new string('x', 1_000), new string('x', 10_000)] });
        var sum = pairs.KeyOf(0).Value ^ pairs.KeyOf(1).Value;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            sum ^= pairs.KeyOf(i % 2).Value;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.NotEqual(UInt128.Zero, sum);
    }
}
