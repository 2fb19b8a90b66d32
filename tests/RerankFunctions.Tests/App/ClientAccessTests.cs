using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RerankFunctions.Clients;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.App;

public sealed class ClientAccessTests
{
    private const string Key = "a key of the web";

    private static readonly ClientOptions WithKeys = new()
    {
        ClientKeys = new Dictionary<string, string> { ["web"] = HashOf(Key), ["batch"] = HashOf("another").ToUpperInvariant() },
    };

    [Theory]
    [InlineData("Authorization", "Bearer " + Key, "web")]
    [InlineData("Authorization", "bearer   " + Key + " ", "web")]
    [InlineData("Authorization", Key, "web")]
    [InlineData("api-key", Key, "web")]
    [InlineData("x-functions-key", Key, "web")]
    [InlineData("api-key", "Bearer another", "batch")]
    public void A_key_may_come_in_several_headers(string header, string value, string name)
    {
        using var entry = Access(WithKeys).Enter(Request((header, value)));

        Assert.Equal(name, entry.Name);
    }

    [Fact]
    public void One_valid_key_among_several_headers_is_enough()
    {
        using var entry = Access(WithKeys).Enter(Request(("Authorization", "Bearer "), ("api-key", "wrong"), ("x-functions-key", Key)));

        Assert.Equal("web", entry.Name);
    }

    [Theory]
    [InlineData("Authorization", "")]
    [InlineData("Authorization", "Bearer")]
    [InlineData("Authorization", "Bearer wrong")]
    [InlineData("Authorization", "Basic " + Key)]
    [InlineData("x-api-key", Key)]
    [InlineData("api-key", Key + "x")]
    public void Other_keys_are_401(string header, string value) => AssertRefused(401, "unauthorized", Access(WithKeys), Request((header, value)));

    [Theory]
    [InlineData("Development", null, AccessMode.Open)]
    [InlineData("Development", false, AccessMode.Closed)]
    [InlineData("Production", null, AccessMode.Closed)]
    [InlineData("Production", true, AccessMode.Open)]
    public void Without_keys_the_routes_are_open_in_development_alone_unless_a_setting_says_otherwise(string environment, bool? setting, AccessMode expected)
    {
        var access = Access(new ClientOptions { AllowAnonymous = setting }, environment);

        Assert.Equal(expected, access.Mode);
        if (expected == AccessMode.Open)
        {
            using var entry = access.Enter(Request());
            Assert.Equal(ClientAccess.Anonymous, entry.Name);
        }
        else
        {
            AssertRefused(403, "no_client_keys", access, Request(("api-key", Key)));
        }
    }

    [Fact]
    public void Keys_are_asked_for_in_development_too() => Assert.Equal(AccessMode.Keys, Access(WithKeys, "Development").Mode);

    [Fact]
    public void A_key_has_no_more_requests_under_way_than_it_may()
    {
        var access = Access(new ClientOptions { ClientKeys = WithKeys.ClientKeys, MaxRequestsPerKey = 2 });
        var first = access.Enter(Request(("api-key", Key)));
        using var second = access.Enter(Request(("api-key", Key)));

        AssertRefused(429, "too_many_requests", access, Request(("api-key", Key)));
        using var other = access.Enter(Request(("api-key", "another")));
        first.Dispose();
        first.Dispose();
        using var third = access.Enter(Request(("api-key", Key)));
        AssertRefused(429, "too_many_requests", access, Request(("api-key", Key)));
    }

    [Theory]
    [InlineData("web", "0123", false)]
    [InlineData("web", "swordfish", false)]
    [InlineData("we b", null, false)]
    [InlineData("web-2_b", null, true)]
    public void Settings_hold_hashes_by_names(string name, string? hash, bool isValid)
    {
        var options = Bind(($"Rerank:ClientKeys:{name}", hash ?? HashOf(Key)));

        if (isValid)
        {
            Assert.Equal(hash ?? HashOf(Key), options.Value.ClientKeys[name]);
        }
        else
        {
            var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => options.Value).Failures);
            Assert.StartsWith("Rerank:ClientKeys", failure, StringComparison.Ordinal);
            Assert.DoesNotContain("swordfish", failure, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_routes_beside_keys_are_a_contradiction() => Assert.Equal(
        nameof(ClientOptions.AllowAnonymous),
        Assert.Single(new ClientOptions { ClientKeys = WithKeys.ClientKeys, AllowAnonymous = true }.Validate(new(WithKeys))).MemberNames.Single());

    private static void AssertRefused(int status, string code, ClientAccess access, HttpRequest request)
    {
        var problem = Assert.Throws<ProblemException>(() => access.Enter(request)).Problem;
        Assert.Equal((status, code), (problem.Status, problem.Code));
        Assert.DoesNotContain(Key, problem.Detail, StringComparison.Ordinal);
    }

    private static IOptions<ClientOptions> Bind(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        return new ServiceCollection().AddClients(configuration).BuildServiceProvider().GetRequiredService<IOptions<ClientOptions>>();
    }

    private static ClientAccess Access(ClientOptions options, string environment = "Production") =>
        new(new ClientKeys(Options.Create(options)), Options.Create(options), new HostEnvironment(environment));

    private static HttpRequest Request(params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        foreach (var (name, value) in headers)
        {
            request.Headers.Append(name, value);
        }

        return request;
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private sealed class HostEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
