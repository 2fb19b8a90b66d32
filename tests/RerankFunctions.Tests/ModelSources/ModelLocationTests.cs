using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Hub;

namespace RerankFunctions.Tests.ModelSources;

public sealed class ModelLocationTests
{
    [Fact]
    public void Hub_form_is_read()
    {
        var model = Assert.IsType<ModelLocation.Hub>(ModelLocation.Parse("hf:BAAI/bge-reranker-v2-m3@0123456789abcdef0123456789abcdef01234567"));

        Assert.Equal(("BAAI", "bge-reranker-v2-m3", true), (model.Owner, model.Name, model.IsPinned));
    }

    [Theory]
    [InlineData("hf:a/b", "main")]
    [InlineData("hf:a/b@v1.0", "v1.0")]
    [InlineData("hf:a/b@refs/pr/1", "refs/pr/1")]
    [InlineData("hf:a/b@0123456789ABCDEF0123456789abcdef01234567", "0123456789ABCDEF0123456789abcdef01234567")]
    public void Other_revisions_are_not_pinned(string value, string revision)
    {
        var model = Assert.IsType<ModelLocation.Hub>(ModelLocation.Parse(value));

        Assert.Equal((revision, false), (model.Revision, model.IsPinned));
    }

    [Theory]
    [InlineData("hf:")]
    [InlineData("hf:name")]
    [InlineData("hf:a/b/c")]
    [InlineData("hf:a/..")]
    [InlineData("hf:../b")]
    [InlineData("hf:a/b--c")]
    [InlineData("hf:a/b?c")]
    [InlineData("hf:a/b#c")]
    [InlineData("hf:a/b%2f")]
    [InlineData("hf:a b/c")]
    [InlineData("hf:a/b@")]
    [InlineData("hf:a/b@../x")]
    [InlineData("hf:a/b@x/../y")]
    [InlineData("hf:a/b@x y")]
    [InlineData("hf:a/b@x\n")]
    [InlineData("hf:a/b@/x")]
    [InlineData("blob:")]
    [InlineData("blob:Upper/x")]
    [InlineData("blob:ab/x")]
    [InlineData("blob:a--b/x")]
    [InlineData("blob:models/../other")]
    [InlineData("http://account.blob.core.windows.net/models/x")]
    [InlineData("ftp://host/models")]
    [InlineData("https://account.blob.core.windows.net/models/x?sig=secret")]
    [InlineData("https://user:pass@account.blob.core.windows.net/models/x")]
    [InlineData("https://account.blob.core.windows.net/models/%2e%2e/x")]
    [InlineData("https://account.blob.core.windows.net/")]
    [InlineData("https://storage.example/models/x")]
    [InlineData("https://account.blob.storage.example/models/x")]
    [InlineData("https://account.blob.core.windows.net.example/models/x")]
    [InlineData("https://account.blob.core.windows.net./models/x")]
    [InlineData("https://example/account.blob.core.windows.net/models")]
    [InlineData("https://account.queue.core.windows.net/models/x")]
    [InlineData("https://blob.core.windows.net/models/x")]
    [InlineData("https://a.account.blob.core.windows.net/models/x")]
    [InlineData("https://account.blob.core.windows.net:8443/models/x")]
    [InlineData("https://127.0.0.1/account/models")]
    public void Anything_else_is_refused(string value)
    {
        var error = Assert.Throws<FormatException>(() => ModelLocation.Parse(value));

        Assert.Contains("Rerank:ModelPath", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blob:models/bge/v2", "models", "bge/v2")]
    [InlineData("blob:models", "models", "")]
    [InlineData("blob:models/bge/", "models", "bge")]
    public void App_storage_form_is_read(string value, string container, string prefix) =>
        Assert.Equal(new ModelLocation.AppBlobs(container, prefix), ModelLocation.Parse(value));

    [Theory]
    [InlineData("https://account.blob.core.windows.net")]
    [InlineData("https://account-secondary.blob.core.windows.net")]
    [InlineData("https://account.blob.core.chinacloudapi.cn")]
    [InlineData("https://account.blob.core.usgovcloudapi.net")]
    [InlineData("https://account.z07.blob.storage.azure.net")]
    public void Container_address_is_read(string account) =>
        Assert.Equal(
            new ModelLocation.Blobs(new Uri($"{account}/models"), "bge/v2"),
            ModelLocation.Parse($"{account}/models/bge/v2"));

    [Fact]
    public void An_address_of_the_hub_says_how_to_write_it() =>
        Assert.Contains(
            "hf:owner/name",
            Assert.Throws<FormatException>(() => ModelLocation.Parse("https://huggingface.co/owner/name")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("hf:BAAI/bge-reranker-v2-m3@v1", "BAAI/bge-reranker-v2-m3")]
    [InlineData("blob:models", "models")]
    [InlineData("blob:models/", "models")]
    [InlineData("blob:models/bge/v2/", "v2")]
    [InlineData("https://account.blob.core.windows.net/models", "models")]
    [InlineData("https://account.blob.core.windows.net/models/bge/", "bge")]
    [InlineData("models/demo", "demo")]
    [InlineData("models/demo//", "demo")]
    [InlineData("C:\\models\\demo\\", "demo")]
    [InlineData("../models/demo/..", "demo")]
    [InlineData("/", "model")]
    [InlineData("..", "model")]
    public void Every_location_has_a_name(string value, string name) =>
        Assert.Equal(name, ModelLocation.Parse(value).DefaultName);

    [Theory]
    [InlineData(null, "https://huggingface.co/api")]
    [InlineData("https://hub.example/mirror/", "https://hub.example/mirror/api")]
    [InlineData("http://localhost:5000", "http://localhost:5000/api")]
    public void Endpoint_is_https_or_this_machine(string? value, string below) =>
        Assert.Equal(below, HubEndpoint.Parse(value, token: null).Below("api").AbsoluteUri);

    [Theory]
    [InlineData("http://hub.example", null)]
    [InlineData("hub.example", null)]
    [InlineData("https://user@hub.example", null)]
    [InlineData("https://hub.example?x=1", null)]
    [InlineData(null, "hf_a b")]
    [InlineData(null, "hf_a\nX: y")]
    public void Endpoint_or_token_that_cannot_be_is_refused(string? address, string? token)
    {
        var error = Assert.Throws<FormatException>(() => HubEndpoint.Parse(address, token));

        Assert.Contains(token is null ? "HF_ENDPOINT" : "HF_TOKEN", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_a", error.Message, StringComparison.Ordinal);
    }
}
