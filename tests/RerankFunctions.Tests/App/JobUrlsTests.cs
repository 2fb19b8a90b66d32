using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Http;

namespace RerankFunctions.Tests.App;

public sealed class JobUrlsTests
{
    [Theory]
    [InlineData("http", "localhost:7071", "http://localhost:7071")]
    [InlineData("https", "api.example.com", "https://api.example.com")]
    [InlineData("https", "api.example.com:443", "https://api.example.com")]
    [InlineData("http", "my_service:80", "http://my_service")]
    [InlineData("http", "127.0.0.1", "http://127.0.0.1")]
    [InlineData("http", "[::1]:7071", "http://[::1]:7071")]
    public void Urls_begin_with_the_requests_own_address(string scheme, string host, string expected) =>
        Assert.Equal(expected, new JobUrls(Options.Create(new ApiOptions())).FindAddress(Request(scheme, host)));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("user@example.com")]
    [InlineData("example.com/path")]
    [InlineData("example.com?query")]
    [InlineData("example.com#fragment")]
    [InlineData("example.com:port")]
    [InlineData("example.com:99999")]
    [InlineData("-..-")]
    [InlineData("[::1")]
    [InlineData("%00")]
    public void A_host_that_no_url_can_have_is_refused(string host)
    {
        var refusal = Assert.Throws<ProblemException>(() => new JobUrls(Options.Create(new ApiOptions())).FindAddress(Request("http", host)));

        Assert.Equal((400, "invalid_host"), (refusal.Problem.Status, refusal.Problem.Code));
    }

    [Theory]
    [InlineData("https://api.example.com", "https://api.example.com")]
    [InlineData("http://api.example.com:8080/rerank/", "http://api.example.com:8080/rerank")]
    public void Urls_begin_with_the_public_address_whatever_the_request_says(string setting, string expected) =>
        Assert.Equal(expected, new JobUrls(Options.Create(new ApiOptions { PublicBaseUrl = new Uri(setting) })).FindAddress(Request("http", "-..-")));

    [Theory]
    [InlineData(null, true)]
    [InlineData("https://api.example.com/base", true)]
    [InlineData("ftp://api.example.com", false)]
    [InlineData("api.example.com", false)]
    [InlineData("/base", false)]
    [InlineData("https://user@api.example.com", false)]
    [InlineData("https://api.example.com?key=1", false)]
    [InlineData("https://api.example.com#part", false)]
    public void The_public_address_is_an_absolute_http_url(string? setting, bool isValid) =>
        Assert.Equal(
            isValid,
            !new ApiOptions { PublicBaseUrl = setting is null ? null : new Uri(setting, UriKind.RelativeOrAbsolute) }.Validate(new(new object())).Any());

    [Theory]
    [InlineData("false", "http://worker.internal")]
    [InlineData("true", "https://api.example.com")]
    public async Task Headers_of_proxies_before_the_host_count_only_where_they_are_trusted(string setting, string expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Rerank:TrustForwardedHeaders", setting)]).Build();
        var services = new ServiceCollection();
        services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.All);
        services.AddApi(configuration);
        await using var provider = services.BuildServiceProvider();
        var request = Request("http", "127.0.0.1:50000");
        request.HttpContext.Connection.RemoteIpAddress = IPAddress.Loopback;
        request.Headers["X-Forwarded-For"] = "203.0.113.7, 10.0.0.4";
        request.Headers["X-Forwarded-Proto"] = "https, http";
        request.Headers["X-Forwarded-Host"] = "api.example.com, worker.internal";
        var middleware = new ForwardedHeadersMiddleware(
            _ => Task.CompletedTask, NullLoggerFactory.Instance, provider.GetRequiredService<IOptions<ForwardedHeadersOptions>>());

        await middleware.Invoke(request.HttpContext);

        Assert.Equal(expected, new JobUrls(Options.Create(new ApiOptions())).FindAddress(request));
    }

    private static HttpRequest Request(string scheme, string host) =>
        new DefaultHttpContext { Request = { Scheme = scheme, Host = new HostString(host) } }.Request;
}
