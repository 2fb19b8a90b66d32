using System.Text;
using RerankFunctions.Cli.Lines;

namespace RerankFunctions.Tests.Cli.Lines;

public sealed class RequestDefaultsTests
{
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
}
