using Microsoft.AspNetCore.Http;
using RerankFunctions.Sync;

namespace RerankFunctions.Tests.App;

public sealed class PreferenceTests
{
    [Theory]
    [InlineData("respond-async", true, null, "respond-async")]
    [InlineData("Respond-Async; foo=\"bar\"", true, null, "respond-async")]
    [InlineData("wait=7", false, 7, "wait=7")]
    [InlineData("wait=\"7\", return=minimal", false, 7, "wait=7")]
    [InlineData("respond-async, wait=0", true, 0, "respond-async, wait=0")]
    [InlineData("wait=5000", false, 100, "wait=100")]
    public void A_preference_makes_a_stored_job(string header, bool isAsync, int? wait, string applied)
    {
        var preference = Read(header);

        Assert.Equal(new Preference(isAsync, wait), preference);
        Assert.True(preference.IsStored);
        Assert.Equal(applied, preference.Applied);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wait")]
    [InlineData("wait=soon")]
    [InlineData("wait=-1")]
    [InlineData("return=minimal, handling=lenient")]
    [InlineData(",;,=")]
    public void What_is_not_understood_is_ignored(string header) => Assert.False(Read(header).IsStored);

    [Fact]
    public void Preferences_of_several_headers_count_together() => Assert.Equal(new Preference(true, 3), Read("wait=3", "respond-async"));

    private static Preference Read(params string[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Prefer"] = headers;
        return Preference.Read(request, TimeSpan.FromSeconds(100));
    }
}
