using RerankFunctions.Inference.Caching;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Caching;

public sealed class CircuitBreakerTests
{
    private readonly FakeTime _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(_time);

    [Fact]
    public void Three_failures_in_a_row_open_it_and_are_told_once()
    {
        Assert.False(_breaker.Fail() || _breaker.Fail());
        Assert.False(_breaker.Succeed());
        Assert.False(_breaker.Fail() || _breaker.Fail());
        Assert.True(_breaker.TryEnter());
        Assert.True(_breaker.Fail());
        Assert.False(_breaker.Fail());
        Assert.False(_breaker.TryEnter());
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public void One_call_tries_again_after_pauses_that_double_up_to_half_a_minute()
    {
        Open();
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(_breaker.TryEnter());
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(_breaker.TryEnter());
            Assert.False(_breaker.TryEnter());
            Assert.False(_breaker.Fail());
        }
    }

    [Fact]
    public void A_try_that_succeeds_closes_it()
    {
        Open();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_breaker.TryEnter());
        Assert.True(_breaker.Succeed());
        Assert.False(_breaker.Succeed());
        Assert.True(_breaker.TryEnter() && _breaker.TryEnter());
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public void A_sign_of_life_is_tried_at_once()
    {
        Open();
        _breaker.TryNow();
        Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.TryEnter());
    }

    [Fact]
    public void A_store_that_comes_and_goes_is_left_alone_for_longer_and_longer()
    {
        Open();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_breaker.TryEnter() && _breaker.Succeed());
        Open();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_breaker.TryEnter());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_breaker.TryEnter() && _breaker.Succeed());

        _time.Advance(TimeSpan.FromMinutes(2));
        Open();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_breaker.TryEnter());
    }

    private void Open()
    {
        _breaker.Fail();
        _breaker.Fail();
        Assert.True(_breaker.Fail());
    }
}
