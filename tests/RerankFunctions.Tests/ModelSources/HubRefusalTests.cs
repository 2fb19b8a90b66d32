using Microsoft.AspNetCore.Http;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.ModelSources;

public sealed class HubRefusalTests : IAsyncLifetime
{
    private HubFixture _fixture = null!;

    private FakeHub Hub => _fixture.Hub;

    public async Task InitializeAsync() => _fixture = await HubFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [InlineData(null, "set HF_TOKEN")]
    [InlineData("hf_wrong", "HF_TOKEN may not read")]
    public async Task A_model_that_may_not_be_read_says_what_to_do(string? token, string advice)
    {
        Hub.Token = "hf_right";

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source(token: token).GetFolderAsync(default));

        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Equal((ModelFailureCodes.ModelAccessDenied, false), (error.Code, error.IsTransient));
        Assert.DoesNotContain("hf_wrong", error.ToString(), StringComparison.Ordinal);
        Assert.Single(Hub.Requests);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_nowhere_else()
    {
        Hub.Token = "hf_right";

        await _fixture.Source(token: "hf_right").GetFolderAsync(default);

        Assert.All(Hub.Requests, r => Assert.Equal(r.Path.StartsWith("/lfs/", StringComparison.Ordinal) ? "" : "Bearer hf_right", r.Authorization));
        Assert.Contains(Hub.Requests, r => r.Path.StartsWith("/lfs/", StringComparison.Ordinal));
        Assert.DoesNotContain(_fixture.Log.Lines, line => line.Message.Contains("hf_right", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_revision_that_does_not_exist_is_named()
    {
        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source("v9").GetFolderAsync(default));

        Assert.Contains("no revision 'v9'", error.Message, StringComparison.Ordinal);
        Assert.Equal((ModelFailureCodes.ModelNotFound, false), (error.Code, error.IsTransient));
    }

    [Theory]
    [InlineData("http://192.0.2.1/weights")]
    [InlineData("ftp://127.0.0.1/weights")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_anything_but_https_is_refused(string target)
    {
        Hub.Before = FakeHub.Once("/owner/name/resolve/", context => context.Response.Redirect(target));

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("not https", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_redirects_are_an_error()
    {
        Hub.Before = (context, _) =>
        {
            context.Response.Redirect(context.Request.Path);
            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("10 times", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_bytes_than_listed_are_refused()
    {
        Hub.Before = async (context, _) =>
        {
            if (context.Request.Path != $"/lfs/{FakeHub.Sha256(Hub.Files["onnx/model.onnx_data"])}")
            {
                return false;
            }

            await context.Response.Body.WriteAsync(new byte[400_001]);
            return true;
        };

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("longer than", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("""{"error":"no"}""")]
    [InlineData("null")]
    [InlineData("""[{"type":"file","path":"config.json","size":-1,"oid":"x"}]""")]
    public async Task An_answer_that_no_hub_sends_is_an_error(string body)
    {
        Hub.Before = async (context, _) =>
        {
            await context.Response.WriteAsync(body);
            return true;
        };

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.False(error.IsTransient);
    }
}
