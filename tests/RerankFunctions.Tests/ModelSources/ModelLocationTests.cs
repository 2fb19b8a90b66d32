using RerankFunctions.ModelSources;
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

    [Fact]
    public void Container_address_is_read() =>
        Assert.Equal(
            new ModelLocation.Blobs(new Uri("https://account.blob.core.windows.net/models"), "bge/v2"),
            ModelLocation.Parse("https://account.blob.core.windows.net/models/bge/v2"));

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
