using RerankFunctions.Inference.Caching;
using static RerankFunctions.Tests.Inference.Caching.CachingSettings;

namespace RerankFunctions.Tests.Inference.Caching;

public sealed class ScoreFormatTests
{
    private readonly ScoreFormat _format = new(Secret());

    [Theory]
    [InlineData(-2.5f, 12, true, false)]
    [InlineData(0f, 0, false, true)]
    [InlineData(float.MaxValue, CachedScore.MaxTokens, true, true)]
    public void A_score_is_read_back(float logit, int tokens, bool documentTruncated, bool queryTruncated)
    {
        var score = new CachedScore(logit, tokens, documentTruncated, queryTruncated);

        Assert.Equal(score, _format.Read(Key(1), _format.Write(Key(1), score)));
    }

    [Fact]
    public void A_value_that_is_changed_in_any_bit_is_not_read()
    {
        var value = _format.Write(Key(1), Score(1));
        for (var bit = 0; bit < value.Length * 8; bit++)
        {
            value[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(_format.Read(Key(1), value));
            value[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.NotNull(_format.Read(Key(1), value));
    }

    [Fact]
    public void A_value_of_another_length_pair_or_secret_is_not_read()
    {
        var value = _format.Write(Key(1), Score(1));

        Assert.Null(_format.Read(Key(1), value.AsSpan(1)));
        Assert.Null(_format.Read(Key(1), []));
        Assert.Null(_format.Read(Key(1), [.. value, 0]));
        Assert.Null(_format.Read(Key(2), value));
        Assert.Null(new ScoreFormat(Secret("another secret of theirs")).Read(Key(1), value));
    }

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(float.NegativeInfinity, 1)]
    [InlineData(1, -1)]
    [InlineData(1, CachedScore.MaxTokens + 1)]
    public void A_score_out_of_range_is_not_read(float logit, int tokens) =>
        Assert.Null(_format.Read(Key(1), _format.Write(Key(1), new CachedScore(logit, tokens, false, false))));
}
