using System.Buffers;
using System.Text;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;

namespace RerankFunctions.Tests.Contracts;

public sealed class DialectRequestReaderTests
{
    [Theory]
    [InlineData("""{"query":"q","documents":["a"]}""", Dialect.Cohere)]
    [InlineData("""{"query":"q","documents":["a"],"top_k":null,"truncation":null}""", Dialect.Cohere)]
    [InlineData("""{"query":"q","documents":["a"],"top_k":1}""", Dialect.Voyage)]
    [InlineData("""{"truncation":true,"query":"q","documents":["a"]}""", Dialect.Voyage)]
    [InlineData("""{"query":"q","texts":["a"],"top_k":1}""", Dialect.TextEmbeddingsInference)]
    [InlineData("""{"query":"q","input":["a"]}""", Dialect.Mixedbread)]
    [InlineData("""{"query":{"text":"q"},"passages":[{"text":"a"}]}""", Dialect.Nim)]
    public void The_name_of_the_candidates_tells_the_dialect(string body, Dialect expected)
    {
        var request = Read(body).Require();

        Assert.Equal(expected, request.Dialect);
        Assert.Equal("q", Only(request).Query);
        Assert.Equal(["a"], Only(request).Documents);
    }

    [Fact]
    public void Voyages_client_is_known_by_its_header() =>
        Assert.Equal(Dialect.Voyage, Read("""{"query":"q","documents":["a"]}""", isVoyage: true).Dialect);

    [Theory]
    [InlineData("""{"query":"q"}""", "/documents")]
    [InlineData("""{"query":"q","documents":null}""", "/documents")]
    [InlineData("""{"query":"q","documents":["a"],"texts":["a"]}""", "/texts")]
    [InlineData("""{"query":"q","input":["a"],"passages":["a"]}""", "/passages")]
    [InlineData("""{"query":"q","documents":[]}""", "/documents")]
    [InlineData("""{"query":"q","documents":5}""", "/documents")]
    [InlineData("""{"query":"q","documents":["a",5]}""", "/documents/1")]
    [InlineData("""{"query":"q","documents":["a",{"title":"b"}]}""", "/documents/1")]
    [InlineData("""{"query":"q","documents":[{"text":null}]}""", "/documents/0")]
    [InlineData("""{"query":"q","documents":[{"text":"a","image":"https://example.com/a.png"}]}""", "/documents/0")]
    [InlineData("""{"query":"q","documents":[{"content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", "/documents/0/content/0")]
    [InlineData("""{"query":"q","documents":[{"content":[]}]}""", "/documents/0")]
    [InlineData("""{"query":"q","documents":[{"title":"a"}],"rank_fields":["body"]}""", "/documents/0")]
    [InlineData("""{"query":"q","documents":["a"],"rank_fields":"body"}""", "/rank_fields")]
    [InlineData("""{"query":"q","documents":["a"],"rank_fields":[1]}""", "/rank_fields")]
    [InlineData("""{"query":" ","documents":["a"]}""", "/query")]
    [InlineData("""{"query":7,"documents":["a"]}""", "/query")]
    [InlineData("""{"documents":["a"]}""", "/query")]
    [InlineData("""{"query":"q","documents":["a"],"top_n":-1}""", "/top_n")]
    [InlineData("""{"query":"q","documents":["a"],"top_n":"3"}""", "/top_n")]
    [InlineData("""{"query":"q","documents":["a"],"top_k":1.5}""", "/top_k")]
    [InlineData("""{"query":"q","documents":["a"],"max_tokens_per_doc":-1}""", "/max_tokens_per_doc")]
    [InlineData("""{"query":"q","documents":["a"],"priority":1000}""", "/priority")]
    [InlineData("""{"query":"q","documents":["a"],"timeout_seconds":0}""", "/timeout_seconds")]
    [InlineData("""{"query":"q","documents":["a"],"return_documents":"yes"}""", "/return_documents")]
    [InlineData("""{"query":"q","documents":["a"],"return_documents":1}""", "/return_documents")]
    [InlineData("""{"query":"q","texts":["a"],"truncation_direction":"Left"}""", "/truncation_direction")]
    [InlineData("""{"query":"q","documents":["a"],"truncation_side":"left"}""", "/truncation_side")]
    [InlineData("""{"query":"q","documents":["a"],"chat_template_kwargs":5}""", "/chat_template_kwargs")]
    [InlineData("""{"query":"q","documents":["a"],"chat_template_kwargs":{"instruction":5}}""", "/chat_template_kwargs/instruction")]
    [InlineData("""{"query":"q","passages":["a"],"truncate":"START"}""", "/truncate")]
    [InlineData("""{"query":"q","documents":["a"],"callback_url":"https://example.com"}""", "/callback_url")]
    public void An_invalid_field_is_422(string body, string path)
    {
        var problem = Read(body).Problem;

        Assert.Equal((422, "invalid_request"), (problem!.Status, problem.Code));
        Assert.Equal(path, Assert.Single(problem.Errors!).Path);
    }

    [Fact]
    public void All_invalid_fields_are_named() => Assert.Equal(
        ["/documents/0", "/query", "/top_n"],
        Read("""{"query":"","documents":[1],"top_n":-1}""").Problem!.Errors!.Select(error => error.Path).Order(StringComparer.Ordinal));

    [Fact]
    public void A_list_of_parts_ends_at_its_first_error()
    {
        var refusal = Read($$"""{"query":[{{string.Join(',', Enumerable.Repeat("1", 5_000))}}],"documents":[["a",{"text":"b"},[1],2]]}""");

        Assert.Equal(["/query/0", "/documents/0/2"], refusal.Problem!.Errors!.Select(error => error.Path));
    }

    [Fact]
    public void Parts_of_text_are_limited()
    {
        static string Parts(int count) => string.Join(',', Enumerable.Repeat("\"\"", count));

        Assert.Equal(new string('\n', 999), Only(Read($$"""{"query":"q","documents":[[{{Parts(1_000)}}]]}""").Require()).Documents[0]);
        Assert.Equal("/documents/0", Assert.Single(Read($$"""{"query":"q","documents":[[{{Parts(1_001)}}]]}""").Problem!.Errors!).Path);
    }

    [Fact]
    public void An_answer_names_no_more_than_a_hundred_errors()
    {
        var problem = Read($$"""{"query":"q","documents":[{{string.Join(',', Enumerable.Repeat("1", 500))}}]}""").Problem!;

        Assert.Equal(100, problem.Errors!.Count);
        Assert.EndsWith("and 497 more", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"query":[{"type":"\ud800","text":"a"}],"documents":["a"]}""")]
    [InlineData("""{"query":{"text":"\udc00"},"documents":["a"]}""")]
    [InlineData("""{"query":"q","documents":[{"content":["\ud800"]}]}""")]
    public void Half_a_surrogate_pair_is_400(string body) =>
        Assert.Equal("invalid_escape", Assert.Throws<ProblemException>(() => Read(body)).Problem.Code);

    [Fact]
    public void Infinitys_client_gets_400_because_it_cannot_read_our_422()
    {
        Assert.Equal(400, Read("""{"query":"","documents":["a"],"raw_scores":false,"model":"default/not-specified"}""").Problem!.Status);
        Assert.Equal(422, Read("""{"query":"","texts":["a"],"raw_scores":false}""").Problem!.Status);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"default\"")]
    [InlineData("\"default/not-specified\"")]
    [InlineData("\"demo\"")]
    public void The_default_model_has_several_names(string name) =>
        Assert.Equal("demo", Only(Read($$"""{"query":"q","documents":["a"],"model":{{name}}}""").Require()).Model);

    [Fact]
    public void An_unknown_model_is_404_unless_any_name_counts()
    {
        const string Body = """{"query":"q","documents":["a"],"model":"rerank-v3.5"}""";

        Assert.Equal((404, "model_not_found"), (Read(Body).Problem!.Status, Read(Body).Problem!.Code));
        Assert.Equal("demo", Only(Read(Body, takesAnyModel: true).Require()).Model);
    }

    [Fact]
    public void Nulls_mean_not_set_and_unknown_fields_are_ignored()
    {
        var request = Only(Read("""
            {"model":null,"query":"q","documents":["a","b"],"top_n":null,"rank_fields":null,"return_documents":null,"max_chunks_per_doc":null,
             "max_tokens_per_doc":null,"raw_scores":null,"use_activation":null,"truncate":null,"instruction":null,"priority":null,
             "return_len":"true","overlap_tokens":80,"metadata":5}
            """).Require());

        Assert.Equivalent(new RerankRequest { Model = "demo", Query = "q", Documents = ["a", "b"] }, request, strict: true);
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("5", 5)]
    public void A_limit_of_0_is_none(string value, int? expected)
    {
        var request = Only(Read($$"""{"query":"q","documents":["a"],"top_n":{{value}},"max_tokens_per_doc":{{value}}}""").Require());

        Assert.Equal((expected, expected), (request.TopN, request.MaxTokensPerDoc));
    }

    [Theory]
    [InlineData("documents", "return_documents")]
    [InlineData("texts", "return_text")]
    [InlineData("input", "return_input")]
    public void Booleans_may_be_strings(string candidates, string name)
    {
        Assert.True(Only(Read($$"""{"query":"q","{{candidates}}":["a"],"{{name}}":"true"}""").Require()).ReturnDocuments);
        Assert.False(Only(Read($$"""{"query":"q","{{candidates}}":["a"],"{{name}}":"false"}""").Require()).ReturnDocuments);
    }

    [Theory]
    [InlineData("\"raw_scores\":true", true)]
    [InlineData("\"use_activation\":false", true)]
    [InlineData("\"activation\":false", true)]
    [InlineData("\"softmax\":false", true)]
    [InlineData("\"use_activation\":true,\"raw_scores\":false", false)]
    public void Either_field_asks_for_raw_scores(string fields, bool expected) =>
        Assert.Equal(expected, Only(Read($$"""{"query":"q","documents":["a"],{{fields}}}""").Require()).RawScores);

    [Theory]
    [InlineData("""{"query":"q","texts":["a"],"truncate":false}""", false)]
    [InlineData("""{"query":"q","documents":["a"],"truncation":false}""", false)]
    [InlineData("""{"query":"q","passages":["a"],"truncate":"NONE"}""", false)]
    [InlineData("""{"query":"q","passages":["a"],"truncate":"END"}""", null)]
    [InlineData("""{"query":"q","texts":["a"],"truncate":true,"truncation_direction":"Right"}""", null)]
    public void Texts_are_cut_unless_the_client_forbids_it(string body, bool? expected) => Assert.Equal(expected, Only(Read(body).Require()).Truncates);

    [Theory]
    [InlineData("\"instruct\":\"a\"", "a")]
    [InlineData("\"instruction\":\"b\",\"instruct\":\"a\"", "b")]
    [InlineData("\"instruction\":\"b\",\"chat_template_kwargs\":{\"x\":{},\"instruction\":\"c\",\"y\":[1]}", "c")]
    [InlineData("\"instruction\":\"b\",\"chat_template_kwargs\":{}", "b")]
    public void The_most_specific_instruction_wins(string fields, string expected) =>
        Assert.Equal(expected, Only(Read($$"""{"query":"q","documents":["a"],{{fields}}}""").Require()).Instruction);

    [Theory]
    [InlineData("""["a","b"]""", "a|b")]
    [InlineData("\"a\"", "a")]
    [InlineData("""[{"text":"a","title":"t"},"b",{"text":""}]""", "a|b|")]
    [InlineData("""{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}""", "a\nb")]
    [InlineData("""[{"content":"a"},{"content":[{"text":"b"}]},[{"type":"text","text":"c"}]]""", "a|b|c")]
    [InlineData("""[{"text":"a","image":null}]""", "a")]
    [InlineData("""[{"text":"a","content":["text","b"]},{"content":["c"],"text":"d"},{"text":"e","content":[]}]""", "a|d|e")]
    public void Documents_have_several_forms(string documents, string expected) =>
        Assert.Equal(expected, string.Join('|', Only(Read($$"""{"query":"q","documents":{{documents}}}""").Require()).Documents));

    [Fact]
    public void Rank_fields_make_the_text_in_their_order_wherever_they_stand()
    {
        const string Documents = """[{"body":"b","year":1999,"title":"t","text":"x"},{"title":"only"},"plain"]""";

        Assert.Equal(
            ["t\nb\n1999", "only", "plain"],
            Only(Read($$"""{"query":"q","documents":{{Documents}},"rank_fields":["title","body","year"]}""").Require()).Documents);
        Assert.Equal(
            ["x"],
            Only(Read("""{"rank_fields":[],"query":"q","documents":[{"text":"x"}]}""").Require()).Documents);
    }

    [Fact]
    public void Limits_are_those_of_jobs()
    {
        var small = new RequestLimits { MaxDocuments = 2, MaxDocumentCharacters = 3, MaxQueryCharacters = 4 };

        Assert.Equal("/documents", Assert.Single(Read("""{"query":"q","documents":["a","b","c"]}""", limits: small).Problem!.Errors!).Path);
        Assert.Equal("/texts/1", Assert.Single(Read("""{"query":"q","texts":["abc","abcd"]}""", limits: small).Problem!.Errors!).Path);
        Assert.Equal("/query", Assert.Single(Read("""{"query":"quest","texts":["abc"]}""", limits: small).Problem!.Errors!).Path);
    }

    [Theory]
    [InlineData("[1]", 422)]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    [InlineData("""{"query":"q","query":"q","documents":["a"]}""", 400)]
    public void A_body_that_tells_no_dialect_is_refused(string body, int status) =>
        Assert.Equal(status, Assert.Throws<ProblemException>(() => Read(body)).Problem.Status);

    [Fact]
    public void A_body_in_pieces_reads_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"query":{"text":"köln"},"rank_fields":["a","b"],"documents":[{"b":"größe","a":"1","c":[{}]},"x"]}""");
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var first = new Piece(bytes.AsMemory(0, cut));
            var body = new ReadOnlySequence<byte>(first, 0, first.Append(bytes.AsMemory(cut)), bytes.Length - cut);
            var request = Only(Reader().ReadRerank("application/json", body, isVoyage: false).Require());

            Assert.Equal("köln", request.Query);
            Assert.Equal(["1\ngröße", "x"], request.Documents);
        }
    }

    private static RerankRequest Only(DialectRequest request) => Assert.Single(request.Parts).Request;

    private static DialectRequestReader Reader(RequestLimits? limits = null, bool takesAnyModel = false) =>
        new(limits ?? new RequestLimits(), new ServedModels(new ServedModel("demo", [])), takesAnyModel);

    private static DialectReading Read(string body, bool isVoyage = false, bool takesAnyModel = false, RequestLimits? limits = null) =>
        Reader(limits, takesAnyModel).ReadRerank("application/json", new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)), isVoyage);

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> bytes) => Memory = bytes;

        public Piece Append(ReadOnlyMemory<byte> bytes)
        {
            var next = new Piece(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
