using System.Text;
using RerankFunctions.Cli.Lines;

namespace RerankFunctions.Tests.Cli.Lines;

public sealed class JobLineParserTests
{
    private const string Secret = "zanzibar";

    [Fact]
    public void A_request_with_a_custom_id_is_its_own_body()
    {
        const string Text = """{"custom_id":"a","query":"q","documents":["x",{"text":"y"}],"metadata":{"body":"no","custom_id":"no"}}""";

        var line = Parse(Text);

        Assert.Equal(("a", null), (line.CustomId, line.Problem));
        Assert.Equal(Text, Encoding.UTF8.GetString(line.Body.Span));
    }

    [Theory]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/v1/rerank","body":{"query":"q é","documents":[]}}""")]
    [InlineData("""{"body": {"query":"q é","documents":[]} , "url":"/v2/rerank","custom_id":"a"}""")]
    [InlineData("""  {"other":{"body":1},"body":{"query":"q é","documents":[]},"custom_id":"a","method":null}  """)]
    public void The_body_of_a_batch_line_is_the_request(string text)
    {
        var line = Parse(text);

        Assert.Equal(("a", null), (line.CustomId, line.Problem));
        Assert.Equal("""{"query":"q é","documents":[]}""", Encoding.UTF8.GetString(line.Body.Span));
    }

    [Theory]
    [InlineData("""{"query":"zanzibar""", 400, "malformed_json", "The line is not valid JSON: byte 19.")]
    [InlineData("""{"query":"zanzibar"} {}""", 400, "malformed_json", "The line is not valid JSON: byte 22.")]
    [InlineData("zanzibar", 400, "malformed_json", "The line is not valid JSON: byte 1.")]
    [InlineData("""["zanzibar"]""", 422, "invalid_request", ": must be an object")]
    [InlineData("""{"custom_id":7,"query":"zanzibar"}""", 422, "invalid_request", "/custom_id: must be a string of 1 to 512 characters")]
    [InlineData("""{"custom_id":"","query":"zanzibar"}""", 422, "invalid_request", "/custom_id: must be a string of 1 to 512 characters")]
    [InlineData("""{"custom_id":"a","method":"GET","body":{}}""", 422, "invalid_request", "/method: must be \"POST\"")]
    [InlineData("""{"url":"/v1/chat","body":{}}""", 422, "invalid_request", "/url: must be one of /v1/rerank, /v2/rerank, /rerank, /v1/jobs")]
    [InlineData("""{"method":"POST","query":"zanzibar"}""", 422, "invalid_request", "/body: is required beside method and url")]
    [InlineData("""{"body":{},"body":{}}""", 400, "duplicate_key", "The line is not valid JSON for this API: it has a duplicate key.")]
    public void Other_lines_have_a_problem_that_quotes_nothing(string text, int status, string code, string detail)
    {
        var line = Parse(text);

        Assert.Equal((status, code, detail), (line.Problem!.Status, line.Problem.Code, line.Problem.Detail));
        Assert.True(line.Body.IsEmpty);
        Assert.DoesNotContain(Secret, line.Problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_a_problem() =>
        Assert.Equal("invalid_utf8", JobLineParser.Parse(1, (byte[])[.. """{"query":" """u8, 0xFF, .. "\"}"u8]).Problem!.Code);

    [Fact]
    public void A_wrong_line_keeps_its_custom_id() => Assert.Equal("a", Parse("""{"custom_id":"a","url":"no","body":{}}""").CustomId);

    [Theory]
    [InlineData("{}", """{"top_n":3,"model":"m"}""")]
    [InlineData("""{"query":"q"}""", """{"top_n":3,"model":"m","query":"q"}""")]
    [InlineData(""" { "model":null,"query":"q"}""", """ {"top_n":3, "model":null,"query":"q"}""")]
    [InlineData("""{"top_n":1,"model":"x"}""", """{"top_n":1,"model":"x"}""")]
    [InlineData("[1]", "[1]")]
    [InlineData("""{"a""", """{"a""")]
    public void Defaults_fill_what_is_missing(string request, string expected)
    {
        var defaults = new RequestDefaults([new("top_n", "3"), new("model", "\"m\"")]);

        Assert.Equal(expected, Encoding.UTF8.GetString(defaults.Apply(Encoding.UTF8.GetBytes(request)).Span));
        Assert.Equal("""{"top_n":3,"model":"m"}""", defaults.Json);
    }

    private static JobLine Parse(string text) => JobLineParser.Parse(1, Encoding.UTF8.GetBytes(text));
}
