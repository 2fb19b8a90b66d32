using System.Net;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Contracts;

public sealed class CallbackRuleTests
{
    private static readonly CallbackRule Rule = new(true, new HashSet<string> { "localhost:8080", "10.0.0.7:443", "[::1]:8080" });

    [Theory]
    [InlineData("https://example.com/hook")]
    [InlineData("https://example.com:8443/hook?token=t")]
    [InlineData("https://93.184.216.34/")]
    [InlineData("https://[2606:2800:220:1:248:1893:25c8:1946]/")]
    [InlineData("http://localhost:8080/hook")]
    [InlineData("https://10.0.0.7/hook")]
    [InlineData("http://[::1]:8080/hook")]
    [InlineData("http://[0:0:0:0:0:0:0:1]:8080/hook")]
    public void Public_https_addresses_and_allowed_hosts_pass(string address) => Assert.Null(Rule.FindFault(address));

    [Theory]
    [InlineData("http://example.com/hook")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/hook")]
    [InlineData("")]
    [InlineData("https://")]
    [InlineData("https://user:secret@example.com/")]
    [InlineData("https://example.com/#part")]
    [InlineData("https://localhost/")]
    [InlineData("http://localhost:8081/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://172.31.0.1/")]
    [InlineData("https://192.168.1.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://168.63.129.16/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:a9fe:a9fe]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[2001:0:4136:e378::1]/")]
    public void Other_addresses_are_refused(string address) => Assert.NotNull(Rule.FindFault(address));

    [Fact]
    public void An_address_that_is_too_long_is_refused() =>
        Assert.NotNull(Rule.FindFault($"https://example.com/{new string('a', CallbackRule.MaxCharacters)}"));

    [Fact]
    public void Without_callbacks_every_address_is_refused() => Assert.NotNull(CallbackRule.Disabled.FindFault("https://example.com/"));

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2a00:1450:4001:81b::200e", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("198.51.100.7", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("3fff::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::127.0.0.1", false)]
    public void Addresses_are_public_or_not(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));
}
