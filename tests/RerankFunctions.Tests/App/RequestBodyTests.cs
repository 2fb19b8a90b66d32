using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Http;

namespace RerankFunctions.Tests.App;

public sealed class RequestBodyTests
{
    private static readonly RequestLimits Limits = new() { MaxBodyBytes = 300_000, MaxConcurrentBodyBytes = 400_000 };

    private readonly BodyBudget _budget = new(Options.Create(Limits));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(300_000)]
    public async Task A_body_is_read_whole_whatever_pieces_it_comes_in(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        var pipe = new Pipe();
        using var share = _budget.Open();
        var reading = RequestBody.ReadAsync(Request(pipe.Reader.AsStream()), Limits, share, default);
        foreach (var piece in bytes.Chunk(10_007))
        {
            await pipe.Writer.WriteAsync(piece);
        }

        await pipe.Writer.CompleteAsync();

        using var body = await reading;
        Assert.Equal(bytes, body.Content.ToArray());
        Assert.Equal(length, _budget.Bytes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(300_001L)]
    public async Task A_body_over_the_limit_is_413_and_leaves_the_budget(long? declared)
    {
        var request = Request(new MemoryStream(new byte[300_001]), declared);

        Assert.Equal("body_too_large", await RefusalAsync(request));
        Assert.Equal(0, _budget.Bytes);
    }

    [Fact]
    public async Task Bodies_together_stay_within_the_budget_and_leave_it_with_their_requests()
    {
        var share = _budget.Open();
        using var first = await RequestBody.ReadAsync(Request(new MemoryStream(new byte[250_000])), Limits, share, default);

        Assert.Equal("too_many_bodies", await RefusalAsync(Request(new MemoryStream(new byte[250_000]))));
        Assert.Equal(250_000, _budget.Bytes);

        share.Dispose();
        using var next = _budget.Open();
        using var second = await RequestBody.ReadAsync(Request(new MemoryStream(new byte[250_000])), Limits, next, default);
        Assert.Equal(250_000, _budget.Bytes);
    }

    [Fact]
    public async Task A_declared_length_alone_takes_nothing_of_the_budget()
    {
        var waiting = new Pipe();
        using var idle = _budget.Open();
        var reading = RequestBody.ReadAsync(Request(waiting.Reader.AsStream(), 300_000), Limits, idle, default);
        using var share = _budget.Open();

        using var body = await RequestBody.ReadAsync(Request(new MemoryStream(new byte[300_000])), Limits, share, default);

        Assert.Equal(300_000, _budget.Bytes);
        await waiting.Writer.CompleteAsync();
        (await reading).Dispose();
    }

    [Fact]
    public void The_budget_holds_at_least_one_body() => Assert.Equal(
        nameof(RequestLimits.MaxConcurrentBodyBytes),
        Assert.Single(new RequestLimits { MaxBodyBytes = 2_000, MaxConcurrentBodyBytes = 1_999 }.Validate(new(new object()))).MemberNames.Single());

    private async Task<string> RefusalAsync(HttpRequest request)
    {
        using var share = _budget.Open();
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => RequestBody.ReadAsync(request, Limits, share, default));
        return refusal.Problem.Code;
    }

    private static HttpRequest Request(Stream body, long? length = null) =>
        new DefaultHttpContext { Request = { Body = body, ContentLength = length } }.Request;
}
