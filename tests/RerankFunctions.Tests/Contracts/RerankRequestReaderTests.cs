using System.Text;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Contracts;

/// <summary>The fields of a rerank request.</summary>
public sealed class RerankRequestReaderTests
{
    [Fact]
    public void Every_field_is_read()
    {
        var request = SmallReader.Read("""
            {"model":"demo","query":"q","documents":["a",{"text":"b","title":"ignored"},""],"top_n":2,"return_documents":true,
             "max_tokens_per_doc":64,"instruction":"find","raw_scores":true,"priority":0,
             "long_documents":"chunk_max","metadata":{"k":"v"},"unknown":[1,{"x":null}]}
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
        Assert.Equal(LongDocuments.ChunkMax, request.LongDocuments);
        Assert.Equal("v", request.Metadata!["k"]);
    }

    [Fact]
    public void Null_is_the_same_as_absent()
    {
        var request = SmallReader.Read("""
            {"model":null,"query":"q","documents":["a"],"texts":null,"top_n":null,"return_documents":null,"max_tokens_per_doc":null,
             "instruction":null,"raw_scores":null,"priority":null,"long_documents":null,"callback_url":null,"metadata":null}
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
        Assert.Equal(["a", "b"], SmallReader.Read($$"""{"query":"q","{{name}}":["a",{"text":"b"}]}""").Documents);

    [Theory]
    [InlineData("demo")]
    [InlineData("default")]
    [InlineData("")]
    public void Several_names_mean_the_served_model(string name) =>
        Assert.Equal("demo", SmallReader.Read($$"""{"model":"{{name}}","query":"q","documents":["a"]}""").Model);

    [Fact]
    public void More_results_than_documents_may_be_asked_for() =>
        Assert.Equal(int.MaxValue, SmallReader.Read("""{"query":"q","documents":["a"],"top_n":2147483647}""").TopN);

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
    [InlineData("/long_documents", """{"query":"q","documents":["a"],"long_documents":"split"}""")]
    [InlineData("/long_documents", """{"query":"q","documents":["a"],"long_documents":true}""")]
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
        var problem = SmallReader.Refusal(body);

        Assert.Equal(422, problem.Status);
        Assert.Equal(path, Assert.Single(problem.Errors!).Path);
        Assert.DoesNotContain(SmallReader.Secret, problem.Detail, StringComparison.Ordinal);
        Assert.Equal(problem.Detail, problem.Message);
        Assert.Equal(problem.Detail, problem.Error.Message);
    }

    [Fact]
    public void All_invalid_fields_are_named_at_once()
    {
        var problem = SmallReader.Refusal("""{"query":"","documents":["a",1,{}],"top_n":0,"raw_scores":"no","priority":-1}""");

        Assert.Equal(
            ["/query", "/documents/1", "/documents/2/text", "/top_n", "/raw_scores", "/priority"],
            problem.Errors!.Select(error => error.Path));
        Assert.EndsWith("; and 3 more", problem.Detail, StringComparison.Ordinal);
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

    private static RerankRequestReader ReaderOfTwo() =>
        new(SmallReader.Limits, new ServedModels(new ServedModel("a", []), new ServedModel("b", ["rerank-v3.5"])), CallbackRule.Disabled);
}
