using System.Buffers;
using System.Text;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Contracts;

public sealed class RerankRequestReaderTests
{
    private const string Secret = "zanzibar";

    private static readonly RequestLimits Small = new()
    {
        MaxDocuments = 3,
        MaxBodyBytes = 2_048,
        MaxQueryCharacters = 40,
        MaxDocumentCharacters = 60,
        MaxInstructionCharacters = 50,
        MaxMetadataEntries = 2,
        MaxMetadataKeyCharacters = 8,
        MaxMetadataValueCharacters = 10,
    };

    [Fact]
    public void Every_field_is_read()
    {
        var request = Read("""
            {"model":"demo","query":"q","documents":["a",{"text":"b","title":"ignored"},""],"top_n":2,"return_documents":true,
             "max_tokens_per_doc":64,"instruction":"find","raw_scores":true,"priority":0,"metadata":{"k":"v"},"unknown":[1,{"x":null}]}
            """);

        Assert.Equal("demo", request.Model);
        Assert.Equal("q", request.Query);
        Assert.Equal(["a", "b", ""], request.Documents);
        Assert.Equal(2, request.TopN);
        Assert.True(request.ReturnDocuments);
        Assert.Equal(64, request.MaxTokensPerDoc);
        Assert.Equal("find", request.Instruction);
        Assert.True(request.RawScores);
        Assert.Equal(0, request.Priority);
        Assert.Equal("v", request.Metadata!["k"]);
    }

    [Fact]
    public void Null_is_the_same_as_absent()
    {
        var request = Read("""
            {"model":null,"query":"q","documents":["a"],"texts":null,"top_n":null,"return_documents":null,"max_tokens_per_doc":null,
             "instruction":null,"raw_scores":null,"priority":null,"callback_url":null,"metadata":null}
            """);

        Assert.Equal("demo", request.Model);
        Assert.Null(request.TopN);
        Assert.False(request.ReturnDocuments);
        Assert.Null(request.MaxTokensPerDoc);
        Assert.Null(request.Instruction);
        Assert.False(request.RawScores);
        Assert.Null(request.Priority);
        Assert.Null(request.Metadata);
    }

    [Theory]
    [InlineData("documents")]
    [InlineData("texts")]
    [InlineData("passages")]
    public void Documents_have_three_names(string name) =>
        Assert.Equal(["a", "b"], Read($$"""{"query":"q","{{name}}":["a",{"text":"b"}]}""").Documents);

    [Theory]
    [InlineData("demo")]
    [InlineData("default")]
    [InlineData("")]
    public void Several_names_mean_the_served_model(string name) =>
        Assert.Equal("demo", Read($$"""{"model":"{{name}}","query":"q","documents":["a"]}""").Model);

    [Fact]
    public void More_results_than_documents_may_be_asked_for() =>
        Assert.Equal(int.MaxValue, Read("""{"query":"q","documents":["a"],"top_n":2147483647}""").TopN);

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=UTF-8")]
    [InlineData("application/json;charset=\"utf-8\"")]
    public void Json_in_utf8_is_accepted(string contentType) =>
        Assert.Equal("q", Reader().Read(contentType, """{"query":"q","documents":["a"]}"""u8.ToArray()).Query);

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
        var problem = Assert.Throws<ProblemException>(() => Reader().Read(contentType, "{}"u8.ToArray())).Problem;

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
        var problem = Refusal(body);

        Assert.Equal(400, problem.Status);
        Assert.Equal(code, problem.Code);
        Assert.DoesNotContain(Secret, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_json_says_where() =>
        Assert.Contains("line 2, byte 9", Refusal("{\n\"query\":zanzibar}").Detail, StringComparison.Ordinal);

    [Fact]
    public void Invalid_utf8_is_400()
    {
        var body = "{\"query\":\"q?\",\"documents\":[\"a\"]}"u8.ToArray();
        body[Array.IndexOf(body, (byte)'?')] = 0xFF;

        Assert.Equal("invalid_utf8", Refusal(body).Code);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(900)]
    public void Deep_nesting_is_400(int depth)
    {
        var nested = new string('[', depth) + new string(']', depth);

        Assert.Equal("too_deep", Refusal($$"""{"query":"q","documents":["a"],"x":{{nested}}}""").Code);
    }

    [Fact]
    public void Nesting_that_has_no_end_is_refused() => Assert.Equal("too_deep", Refusal(new string('[', 2_000)).Code);

    [Fact]
    public void Body_over_the_limit_is_413()
    {
        var problem = Refusal(new string(' ', 2_049));

        Assert.Equal(413, problem.Status);
        Assert.Contains("2,048 bytes", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", """["zanzibar"]""")]
    [InlineData("", "17")]
    [InlineData("/query", """{"documents":["a"]}""")]
    [InlineData("/query", """{"query":"","documents":["a"]}""")]
    [InlineData("/query", """{"query":" \t\n","documents":["a"]}""")]
    [InlineData("/query", """{"query":["zanzibar"],"documents":["a"]}""")]
    [InlineData("/query", """{"query":"zanzibar zanzibar zanzibar zanzibar zanzibar","documents":["a"]}""")]
    [InlineData("/documents", """{"query":"q"}""")]
    [InlineData("/documents", """{"query":"q","documents":[]}""")]
    [InlineData("/documents", """{"query":"q","documents":["1","2","3","4"]}""")]
    [InlineData("/documents", """{"query":"q","documents":"zanzibar"}""")]
    [InlineData("/documents/1", """{"query":"q","documents":["a",null]}""")]
    [InlineData("/documents/0", """{"query":"q","documents":[17]}""")]
    [InlineData("/documents/0/text", """{"query":"q","documents":[{"title":"zanzibar"}]}""")]
    [InlineData("/documents/0/text", """{"query":"q","documents":[{"text":["zanzibar"]}]}""")]
    [InlineData("/texts/2", """{"query":"q","texts":["a","b","zanzibar zanzibar zanzibar zanzibar zanzibar zanzibar zanzibar"]}""")]
    [InlineData("/texts", """{"query":"q","documents":["a"],"texts":["b"]}""")]
    [InlineData("/passages", """{"query":"q","documents":["a"],"texts":["b"],"passages":["c"]}""")]
    [InlineData("/top_n", """{"query":"q","documents":["a"],"top_n":0}""")]
    [InlineData("/top_n", """{"query":"q","documents":["a"],"top_n":-1}""")]
    [InlineData("/top_n", """{"query":"q","documents":["a"],"top_n":1.5}""")]
    [InlineData("/top_n", """{"query":"q","documents":["a"],"top_n":1e999}""")]
    [InlineData("/top_n", """{"query":"q","documents":["a"],"top_n":99999999999}""")]
    [InlineData("/top_n", """{"query":"q","documents":["a"],"top_n":"NaN"}""")]
    [InlineData("/top_n", """{"query":"q","documents":["a"],"top_n":"1"}""")]
    [InlineData("/return_documents", """{"query":"q","documents":["a"],"return_documents":"true"}""")]
    [InlineData("/raw_scores", """{"query":"q","documents":["a"],"raw_scores":1}""")]
    [InlineData("/max_tokens_per_doc", """{"query":"q","documents":["a"],"max_tokens_per_doc":0}""")]
    [InlineData("/instruction", """{"query":"q","documents":["a"],"instruction":{"zanzibar":1}}""")]
    [InlineData("/priority", """{"query":"q","documents":["a"],"priority":1000}""")]
    [InlineData("/model", """{"query":"q","documents":["a"],"model":"zanzibar"}""")]
    [InlineData("/model", """{"query":"q","documents":["a"],"model":17}""")]
    [InlineData("/callback_url", """{"query":"q","documents":["a"],"callback_url":"https://zanzibar"}""")]
    [InlineData("/metadata", """{"query":"q","documents":["a"],"metadata":["zanzibar"]}""")]
    [InlineData("/metadata", """{"query":"q","documents":["a"],"metadata":{"zanzibar":17}}""")]
    [InlineData("/metadata", """{"query":"q","documents":["a"],"metadata":{"zanzibar1":"v"}}""")]
    [InlineData("/metadata", """{"query":"q","documents":["a"],"metadata":{"k":"zanzibar123"}}""")]
    [InlineData("/metadata", """{"query":"q","documents":["a"],"metadata":{"1":"","2":"","3":""}}""")]
    public void An_invalid_field_is_422_with_its_path_and_without_its_text(string path, string body)
    {
        var problem = Refusal(body);

        Assert.Equal(422, problem.Status);
        Assert.Equal(path, Assert.Single(problem.Errors!).Path);
        Assert.DoesNotContain(Secret, problem.Detail, StringComparison.Ordinal);
        Assert.Equal(problem.Detail, problem.Message);
        Assert.Equal(problem.Detail, problem.Error.Message);
    }

    [Fact]
    public void All_invalid_fields_are_named_at_once()
    {
        var problem = Refusal("""{"query":"","documents":["a",1,{}],"top_n":0,"raw_scores":"no","priority":-1}""");

        Assert.Equal(
            ["/query", "/documents/1", "/documents/2/text", "/top_n", "/raw_scores", "/priority"],
            problem.Errors!.Select(error => error.Path));
        Assert.EndsWith("; and 3 more", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_body_in_pieces_is_read_like_one_in_one_piece(int length)
    {
        var body = Encoding.UTF8.GetBytes(
            """{"query":"grüße \u00e4 😀","documents":["日本語",{"title":["x"],"text":"ab\n"}],"top_n":12,"metadata":{"k":"é"}}""");

        var request = Reader().Read("application/json", Pieces(body, length));

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

        var refusal = Assert.Throws<ProblemException>(() => Reader().Read("application/json", Pieces(body, 1)));

        Assert.Equal("invalid_utf8", refusal.Problem.Code);
    }

    [Fact]
    public void An_object_with_too_many_keys_is_400()
    {
        var members = string.Join(',', Enumerable.Range(0, 10_001).Select(number => $"\"{number}\":0"));
        var limits = new RequestLimits();

        var refusal = Assert.Throws<ProblemException>(
            () => new RerankRequestReader(limits, new ServedModels(new ServedModel("demo", [])))
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
        var reader = new RerankRequestReader(new RequestLimits(), new ServedModels(new ServedModel("demo", [])));
        Assert.Throws<ProblemException>(() => reader.Read("application/json", "[]"u8.ToArray()));

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProblemException>(() => reader.Read("application/json", body));
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.InRange(after - before, 0, 3L * body.Length);
    }

    [Theory]
    [InlineData("null", "a")]
    [InlineData("\"\"", "a")]
    [InlineData("\"default\"", "a")]
    [InlineData("\"a\"", "a")]
    [InlineData("\"b\"", "b")]
    [InlineData("\"rerank-v3.5\"", "b")]
    public void A_request_calls_a_model_by_its_name_or_an_alias(string model, string expected)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"query":"q","documents":["a"],"model":{{model}}}""");
        Assert.Equal(expected, ReaderOfTwo().Read("application/json", body).Model);
    }

    [Fact]
    public void A_model_that_is_not_served_is_refused_with_the_names_that_are()
    {
        var body = """{"query":"q","documents":["a"],"model":"B"}"""u8.ToArray();
        var error = Assert.Throws<ProblemException>(() => ReaderOfTwo().Read("application/json", body)).Problem.Errors!.Single();
        Assert.Equal(("/model", "is not served here; leave it out, or use one of \"a\", \"b\""), (error.Path, error.Message));
    }

    private static RerankRequestReader ReaderOfTwo() => new(Small, new ServedModels(new ServedModel("a", []), new ServedModel("b", ["rerank-v3.5"])));

    private static RerankRequestReader Reader() => new(Small, new ServedModels(new ServedModel("demo", [])));

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

    private static RerankRequest Read(string body) => Reader().Read("application/json", Encoding.UTF8.GetBytes(body));

    private static Problem Refusal(string body) => Refusal(Encoding.UTF8.GetBytes(body));

    // The whole exception goes to the host's log where nothing catches it.
    private static Problem Refusal(byte[] body)
    {
        var refusal = Assert.Throws<ProblemException>(() => Reader().Read("application/json", body));
        Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
        return refusal.Problem;
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
