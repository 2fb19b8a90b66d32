using System.Buffers;
using System.Text;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Contracts;

/// <summary>What counts as the JSON of a rerank request.</summary>
public sealed class RerankRequestJsonTests
{
    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=UTF-8")]
    [InlineData("application/json;charset=\"utf-8\"")]
    public void Json_in_utf8_is_accepted(string contentType) =>
        Assert.Equal("q", SmallReader.Create().Read(contentType, """{"query":"q","documents":["a"]}"""u8.ToArray()).Query);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/jsonp")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json,text/plain")]
    public void Other_content_types_are_415(string? contentType)
    {
        var problem = Assert.Throws<ProblemException>(() => SmallReader.Create().Read(contentType, "{}"u8.ToArray())).Problem;

        Assert.Equal(415, problem.Status);
    }

    [Theory]
    [InlineData("malformed_json", "")]
    [InlineData("malformed_json", "  ")]
    [InlineData("malformed_json", "{")]
    [InlineData("malformed_json", "zanzibar")]
    [InlineData("malformed_json", """{"query":"zanzibar",}""")]
    [InlineData("malformed_json", """{"query":"zanzibar"} zanzibar""")]
    [InlineData("malformed_json", """{"query":"zanzibar"}{}""")]
    [InlineData("malformed_json", """{"query":"q"/*zanzibar*/}""")]
    [InlineData("malformed_json", """{"query":"q","documents":["a"],"top_n":NaN}""")]
    [InlineData("malformed_json", "{\"query\":\"zanzi\nbar\"}")]
    [InlineData("duplicate_key", """{"zanzibar":"q","zanzibar":"r"}""")]
    [InlineData("duplicate_key", """{"query":"q","\u0071uery":"r"}""")]
    [InlineData("duplicate_key", """{"query":"q","x":[{"y":{"zanzibar":1,"zanzibar":2}}]}""")]
    [InlineData("invalid_escape", """{"query":"zanzibar\ud800","documents":["a"]}""")]
    [InlineData("invalid_escape", """{"query":"q","documents":["a",{"text":"\udc00"}]}""")]
    [InlineData("invalid_escape", """{"query":"q","documents":["a"],"x":{"\ud800":1}}""")]
    public void What_is_no_json_is_400(string code, string body)
    {
        var problem = SmallReader.Refusal(body);

        Assert.Equal(400, problem.Status);
        Assert.Equal(code, problem.Code);
        Assert.DoesNotContain(SmallReader.Secret, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_json_says_where() =>
        Assert.Contains("line 2, byte 9", SmallReader.Refusal("{\n\"query\":zanzibar}").Detail, StringComparison.Ordinal);

    [Fact]
    public void Invalid_utf8_is_400()
    {
        var body = "{\"query\":\"q?\",\"documents\":[\"a\"]}"u8.ToArray();
        body[Array.IndexOf(body, (byte)'?')] = 0xFF;

        Assert.Equal("invalid_utf8", SmallReader.Refusal(body).Code);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(900)]
    public void Deep_nesting_is_400(int depth)
    {
        var nested = new string('[', depth) + new string(']', depth);

        Assert.Equal("too_deep", SmallReader.Refusal($$"""{"query":"q","documents":["a"],"x":{{nested}}}""").Code);
    }

    [Fact]
    public void Nesting_that_has_no_end_is_refused() => Assert.Equal("too_deep", SmallReader.Refusal(new string('[', 2_000)).Code);

    [Fact]
    public void Body_over_the_limit_is_413()
    {
        var problem = SmallReader.Refusal(new string(' ', 2_049));

        Assert.Equal(413, problem.Status);
        Assert.Contains("2,048 bytes", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_body_in_pieces_is_read_like_one_in_one_piece(int length)
    {
        var body = Encoding.UTF8.GetBytes(
            """{"query":"grüße \u00e4 😀","documents":["日本語",{"title":["x"],"text":"ab\n"}],"top_n":12,"metadata":{"k":"é"}}""");

        var request = SmallReader.Create().Read("application/json", Pieces(body, length));

        Assert.Equal("grüße ä 😀", request.Query);
        Assert.Equal(["日本語", "ab\n"], request.Documents);
        Assert.Equal(12, request.TopN);
        Assert.Equal("é", request.Metadata!["k"]);
    }

    [Theory]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void Invalid_utf8_in_pieces_is_400(byte[] invalid)
    {
        byte[] body = [.. "{\"query\":\"q"u8, .. invalid, .. "\",\"documents\":[\"a\"]}"u8];

        var refusal = Assert.Throws<ProblemException>(() => SmallReader.Create().Read("application/json", Pieces(body, 1)));

        Assert.Equal("invalid_utf8", refusal.Problem.Code);
    }

    [Fact]
    public void An_object_with_too_many_keys_is_400()
    {
        var members = string.Join(',', Enumerable.Range(0, 10_001).Select(number => $"\"{number}\":0"));
        var limits = new RequestLimits();

        var refusal = Assert.Throws<ProblemException>(
            () => new RerankRequestReader(limits, new ServedModels(new ServedModel("demo", [])), CallbackRule.Disabled)
                .Read("application/json", Encoding.UTF8.GetBytes($"{{\"x\":{{{members}}}}}")));

        Assert.Equal("too_many_keys", refusal.Problem.Code);
    }

    [Theory]
    [InlineData("[", "1,", "1]")]
    [InlineData("{\"query\":\"", "\\u0061", "\"}")]
    [InlineData("{\"query\":\"q\",\"documents\":[", "\"a\",", "\"a\"]}")]
    public void Reading_takes_at_most_three_bytes_of_memory_for_a_byte_of_body(string start, string repeated, string end)
    {
        var body = Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(repeated, 4_000_000 / repeated.Length)) + end);
        var reader = new RerankRequestReader(new RequestLimits(), new ServedModels(new ServedModel("demo", [])), CallbackRule.Disabled);
        Assert.Throws<ProblemException>(() => reader.Read("application/json", "[]"u8.ToArray()));

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProblemException>(() => reader.Read("application/json", body));
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.InRange(after - before, 0, 3L * body.Length);
    }

    private static ReadOnlySequence<byte> Pieces(byte[] body, int length)
    {
        var first = new Piece(body.AsMemory(0, Math.Min(length, body.Length)), null);
        var last = first;
        for (var start = length; start < body.Length; start += length)
        {
            last = new Piece(body.AsMemory(start, Math.Min(length, body.Length - start)), last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
