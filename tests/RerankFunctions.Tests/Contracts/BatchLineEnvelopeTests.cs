using System.Text;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Contracts;

public sealed class BatchLineEnvelopeTests
{
    private const string Secret = "zanzibar";

    [Fact]
    public void A_request_with_a_custom_id_is_its_own_body()
    {
        const string Text = """{"custom_id":"a","query":"q","documents":["x",{"text":"y"}],"metadata":{"body":"no","custom_id":"no"}}""";

        var line = Parse(Text);

        Assert.Equal(("a", null), (line.CustomId, line.Problem));
        Assert.Equal(Text, Encoding.UTF8.GetString(line.Request.Span));
    }

    [Theory]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/v1/rerank","body":{"query":"q é","documents":[]}}""")]
    [InlineData("""{"body": {"query":"q é","documents":[]} , "url":"/v2/rerank","custom_id":"a"}""")]
    [InlineData("""  {"other":{"body":1},"body":{"query":"q é","documents":[]},"custom_id":"a","method":null}  """)]
    public void The_body_of_a_batch_line_is_the_request(string text)
    {
        var line = Parse(text);

        Assert.Equal(("a", null), (line.CustomId, line.Problem));
        Assert.Equal("""{"query":"q é","documents":[]}""", Encoding.UTF8.GetString(line.Request.Span));
    }

    [Theory]
    [InlineData("""{"query":"zanzibar""", 400, "malformed_json", "")]
    [InlineData("""{"query":"zanzibar"} {}""", 400, "malformed_json", "")]
    [InlineData("zanzibar", 400, "malformed_json", "")]
    [InlineData("""["zanzibar"]""", 422, "invalid_request", "")]
    [InlineData("""{"custom_id":7,"query":"zanzibar"}""", 422, "invalid_request", "/custom_id")]
    [InlineData("""{"custom_id":"a","method":"GET","body":{}}""", 422, "invalid_request", "/method")]
    [InlineData("""{"url":"/v1/chat","body":{}}""", 422, "invalid_request", "/url")]
    [InlineData("""{"method":"POST","query":"zanzibar"}""", 422, "invalid_request", "/body")]
    [InlineData("""{"body":{},"body":{}}""", 400, "duplicate_key", "")]
    public void Other_lines_have_a_problem_that_quotes_nothing(string text, int status, string code, string path)
    {
        var line = Parse(text);

        Assert.Equal((status, code), (line.Problem!.Status, line.Problem.Code));
        Assert.Equal(path, line.Problem.Errors?.Single().Path ?? "");
        Assert.True(line.Request.IsEmpty);
        Assert.DoesNotContain(Secret, line.Problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_a_problem() =>
        Assert.Equal("invalid_utf8", BatchLineEnvelope.Read((byte[])[.. """{"query":" """u8, 0xFF, .. "\"}"u8]).Problem!.Code);

    [Fact]
    public void A_wrong_line_keeps_its_custom_id() => Assert.Equal("a", Parse("""{"custom_id":"a","url":"no","body":{}}""").CustomId);

    private static BatchLineEnvelope Parse(string text) => BatchLineEnvelope.Read(Encoding.UTF8.GetBytes(text));
}
