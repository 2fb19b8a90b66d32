using System.Text;
using RerankFunctions.Batches.Lines;

namespace RerankFunctions.Tests.Batches;

public sealed class PairCounterTests
{
    [Theory]
    [InlineData("""{"query":"q","documents":["a","b",{"text":["c"]}]}""", 3)]
    [InlineData("""{"texts":["a"],"custom_id":"c"}""", 1)]
    [InlineData("""{"custom_id":"c","method":"POST","url":"/rerank","body":{"passages":["a","b"],"body":{"documents":["x"]}}}""", 2)]
    [InlineData("""{"documents":["1","2","3","4","5"]}""", 0)]
    [InlineData("""{"documents":"a"}""", 0)]
    [InlineData("""{"meta":{"documents":["a"]}}""", 0)]
    [InlineData("{}", 0)]
    [InlineData("""{"\ud800":1,"documents":["a"]}""", 0)]
    [InlineData("""{"body":{"documents\udc00":["a"]}}""", 0)]
    [InlineData("""{"\u0064ocuments":["a"]}""", 1)]
    [InlineData("""["a"]""", null)]
    [InlineData("{} {}", null)]
    [InlineData("""{"documents":["a","b" """, null)]
    [InlineData("nonsense", null)]
    [InlineData("", null)]
    public void Pairs_are_counted_without_reading_texts(string line, int? expected) =>
        Assert.Equal(expected, PairCounter.Count(Encoding.UTF8.GetBytes(line), maxPairs: 4));
}
