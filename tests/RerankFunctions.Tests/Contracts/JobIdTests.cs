using RerankFunctions.Contracts;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Contracts;

public sealed class JobIdTests
{
    [Fact]
    public void Text_and_id_convert_into_each_other()
    {
        for (var round = 0; round < 1_000; round++)
        {
            var id = JobId.Create(TimeProvider.System);

            Assert.Matches("^[0-7][0-9a-hjkmnp-tv-z]{25}$", id.ToString());
            Assert.True(JobId.TryParse(id.ToString(), out var parsed));
            Assert.Equal(id, parsed);
        }
    }

    [Fact]
    public void Ids_sort_by_the_clock()
    {
        var clock = new FakeTime();
        var earlier = JobId.Create(clock).ToString();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var later = JobId.Create(clock).ToString();

        Assert.True(string.CompareOrdinal(earlier, later) < 0);
    }

    /// <summary>The example of RFC 9562, appendix A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F.</summary>
    [Fact]
    public void Known_uuid_is_read()
    {
        Assert.True(JobId.TryParse("01fwhe4ydgfk1shh6w1g60eecf", out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("01fwhe4ydgfk1")]
    [InlineData("81fwhe4ydgfk1shh6w1g60eec7")]
    [InlineData("01FWHE4YDGFK1SHH6W1G60EECF")]
    [InlineData("01fwhe4ydgfk1shh6w1g60eecl")]
    [InlineData("01fwhe4ydgfk1shh6w1g60eec7 ")]
    [InlineData("00000000000000000000000000")]
    [InlineData("../../../../../../../../xx")]
    public void Anything_else_is_no_id(string? text) => Assert.False(JobId.TryParse(text, out _));
}
