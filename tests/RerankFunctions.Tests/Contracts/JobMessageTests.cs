using System.Text.Json;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Contracts;

public sealed class JobMessageTests
{
    private const string Id = "01fwhe4ydgfk1shh6w1g60eecf";
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void Message_has_the_protocols_fields_and_nothing_else()
    {
        Assert.True(JobId.TryParse(Id, out var id));

        Assert.Equal($$"""{"v":1,"jobId":"{{Id}}","traceparent":"{{TraceParent}}"}""", new JobMessage(id, TraceParent).ToJson());
        Assert.Equal($$"""{"v":1,"jobId":"{{Id}}"}""", new JobMessage(id, null).ToJson());
    }

    [Fact]
    public void Message_is_read_back()
    {
        var message = new JobMessage(JobId.Create(TimeProvider.System), TraceParent);

        Assert.True(JobMessage.TryParse(message.ToJson(), out var parsed));
        Assert.Equal(message, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"v":1}""")]
    [InlineData("""{"v":1,"jobId":"../../secrets"}""")]
    [InlineData("""{"v":2,"jobId":"01fwhe4ydgfk1shh6w1g60eecf"}""")]
    [InlineData("""{"v":1,"jobId":"01fwhe4ydgfk1shh6w1g60eecf"} tail""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"v":1,"jobId":"\ud800"}""")]
    [InlineData("""{"v":1,"jobId":"01fwhe4ydgfk1shh6w1g60eecf","traceparent":"\ud800"}""")]
    public void Anything_else_is_no_message(string? text) => Assert.False(JobMessage.TryParse(text, out _));

    [Theory]
    [InlineData("""{"v":2,"jobId":"01fwhe4ydgfk1shh6w1g60eecf"}""", true)]
    [InlineData("""{"jobId":{"v":1},"v":3}""", true)]
    [InlineData("""{"v":1,"jobId":"01fwhe4ydgfk1shh6w1g60eecf"}""", false)]
    [InlineData("""{"v":2.5}""", false)]
    [InlineData("""{"v":"2"}""", false)]
    [InlineData("""{"job":{"v":2}}""", false)]
    [InlineData("""{"v":2} tail""", false)]
    [InlineData("""{"\ud800":1}""", false)]
    [InlineData("""{"v":1,"jobId":"\ud800"}""", false)]
    [InlineData("2", false)]
    [InlineData("", false)]
    public void A_newer_message_is_known_by_its_version(string text, bool isNewer) => Assert.Equal(isNewer, JobMessage.IsNewer(text));

    [Fact]
    public void Status_leaves_out_what_does_not_apply_and_keeps_other_scripts_readable()
    {
        Assert.True(JobId.TryParse(Id, out var id));
        var status = new JobStatus
        {
            Id = id,
            Status = JobState.Succeeded,
            Model = "演示",
            CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Progress = new JobProgress(1, 1),
            Results = [new RerankResult(0, 0.5)],
        };

        Assert.Equal(
            $$"""{"id":"{{Id}}","status":"succeeded","model":"演示","created_at":"2026-01-02T03:04:05+00:00","progress":"""
            + """{"total":1,"scored":1},"attempts":0,"results":[{"index":0,"relevance_score":0.5}]}""",
            JsonSerializer.Serialize(status, ContractsJson.Wire.JobStatus));
    }
}
