using System.Text;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Batches;

public sealed class BatchLineReaderTests
{
    private static readonly RerankRequestReader Requests = new(new RequestLimits(), new ServedModels(new ServedModel("demo", [])), CallbackRule.Disabled);

    [Theory]
    [InlineData("""{"custom_id":"a","query":"q","documents":["d"],"top_n":1}""")]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/v1/rerank","body":{"query":"q","documents":["d"],"top_n":1}}""")]
    [InlineData("""{"body": {"query":"q","documents":["d"],"top_n":1} ,"url":"/v1/jobs","custom_id":"a"}""")]
    public void Both_shapes_give_the_same_request(string text)
    {
        var line = Read(text);

        Assert.Null(line.Problem);
        Assert.Equal("a", line.CustomId);
        Assert.Equal(["d"], line.Request!.Documents);
        Assert.Equal(1, line.Request.TopN);
    }

    [Theory]
    [InlineData("""{"custom_id":"a","query":"","documents":[]}""", "a", "/query /documents")]
    [InlineData("""{"custom_id":"a","url":"/v1/rerank","body":{"query":"","documents":[]}}""", "a", "/body/query /body/documents")]
    [InlineData("""{"custom_id":"a","method":"GET","url":"/v1/embeddings","body":{}}""", "a", "/method /url")]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/rerank"}""", "a", "/body")]
    [InlineData("""{"custom_id":7,"query":"q","documents":["d"]}""", null, "/custom_id")]
    [InlineData("""{"custom_id":"a","body":[]}""", "a", "/body")]
    [InlineData("""[]""", null, "")]
    public void A_wrong_line_has_the_errors_of_the_api(string text, string? customId, string paths)
    {
        var line = Read(text);

        Assert.Null(line.Request);
        Assert.Equal(customId, line.CustomId);
        Assert.Equal(paths, string.Join(' ', line.Problem!.Errors!.Select(error => error.Path)));
    }

    [Fact]
    public void A_body_names_its_first_invalid_fields_and_counts_them_all()
    {
        var documents = string.Join(',', Enumerable.Repeat("1", 300));
        var problem = Read($$$"""{"custom_id":"a","body":{"query":"q","documents":[{{{documents}}}]}}""").Problem!;

        Assert.Equal(100, problem.Errors!.Count);
        Assert.Equal("/body/documents/99", problem.Errors[99].Path);
        Assert.EndsWith("; and 297 more", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "malformed_json")]
    [InlineData("""{"query":"a","query":"b","documents":["d"]}""", "duplicate_key")]
    [InlineData("""{"query":"\ud800","documents":["d"]}""", "invalid_escape")]
    [InlineData("""{"\ud800":1,"documents":["d"]}""", "invalid_escape")]
    [InlineData("""{"query":"a","documents":["d"]} x""", "malformed_json")]
    public void A_line_that_is_no_json_has_the_error_that_http_gives(string text, string code)
    {
        var http = Assert.Throws<ProblemException>(() => Requests.Read("application/json", Encoding.UTF8.GetBytes(text))).Problem;

        Assert.Equal(code, Read(text).Problem!.Code);
        Assert.Equal(http, Read(text).Problem);
    }

    private static BatchLine Read(string text) => new BatchLineReader(Requests).Read(Encoding.UTF8.GetBytes(text));
}
