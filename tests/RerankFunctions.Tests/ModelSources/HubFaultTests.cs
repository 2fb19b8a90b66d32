using Microsoft.AspNetCore.Http;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.ModelSources;

public sealed class HubFaultTests : IAsyncLifetime
{
    private const string Weights = "onnx/model.onnx_data";
    private HubFixture _fixture = null!;

    private FakeHub Hub => _fixture.Hub;

    public async Task InitializeAsync() => _fixture = await HubFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task A_dropped_connection_is_continued_where_it_dropped()
    {
        Hub.Before = DropWeightsOnce(after: 150_000);

        await AssertWeightsAreRightAsync();

        var asked = Hub.RequestsFor(Weights).Where(r => r.Path.StartsWith("/lfs/", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, asked.Count);
        Assert.Matches("^bytes=[1-9][0-9]*-$", asked[1].Range);
        Assert.StartsWith("\"cdn-", asked[1].IfRange, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_asked_again_for_the_rest()
    {
        Hub.Before = StallWeightsOnce(after: 150_000);
        var isOver = 0;
        _fixture.Time.TimesOut = () => HasOnDisk(150_000) && Interlocked.Exchange(ref isOver, 1) == 0;

        await AssertWeightsAreRightAsync();

        Assert.Contains(Hub.RequestsFor(Weights), r => r is { Range: "bytes=150000-" });
    }

    [Fact]
    public async Task A_hub_that_falls_silent_within_its_list_is_asked_again()
    {
        var isStalled = 0;
        Hub.Before = async (context, before) =>
        {
            if (!context.Request.Path.Value!.Contains("/tree/", StringComparison.Ordinal) || before > 0)
            {
                return false;
            }

            // The client starts its time-out for the body once the head has arrived.
            Volatile.Write(ref isStalled, 1);
            await context.Response.WriteAsync("[");
            await context.Response.Body.FlushAsync();
            await UntilHungUpAsync(context);
            return true;
        };
        _fixture.Time.TimesOut = () => Interlocked.Exchange(ref isStalled, 0) == 1;

        await AssertWeightsAreRightAsync();

        Assert.Contains(_fixture.Log.Lines, line => line.Message.Contains("the list of files did not arrive within 60 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_that_was_killed_is_continued_by_the_next_process()
    {
        using var killed = new CancellationTokenSource();
        Hub.Before = StallWeightsOnce(after: 150_000);
        _fixture.Time.TimesOut = () =>
        {
            if (HasOnDisk(150_000))
            {
                killed.Cancel();
            }

            return false;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _fixture.Source().GetFolderAsync(killed.Token));
        _fixture.Time.TimesOut = () => false;

        await AssertWeightsAreRightAsync();

        Assert.Contains(Hub.RequestsFor(Weights), r => r is { Range: "bytes=150000-" });
        Assert.Single(Hub.RequestsFor("config.json"));
    }

    [Fact]
    public async Task A_file_that_changed_since_the_kill_is_fetched_from_its_start()
    {
        await LeaveWeightsAsync(new byte[150_000], etag: "\"cdn-of-old\"");

        await AssertWeightsAreRightAsync();

        Assert.Contains(Hub.RequestsFor(Weights), r => r is { Range: "bytes=150000-", IfRange: "\"cdn-of-old\"" });
    }

    [Fact]
    public async Task Wrong_bytes_of_an_earlier_process_are_fetched_again()
    {
        await LeaveWeightsAsync(new byte[150_000], etag: null);

        await AssertWeightsAreRightAsync();
    }

    [Fact]
    public async Task A_server_without_ranges_sends_all_of_it_again()
    {
        var drop = DropWeightsOnce(after: 150_000);
        Hub.Before = (context, before) =>
        {
            context.Request.Headers.Remove("Range");
            return drop(context, before);
        };

        await AssertWeightsAreRightAsync();
    }

    [Fact]
    public async Task A_server_without_ranges_that_drops_at_one_place_is_given_up()
    {
        var asked = 0;
        Hub.Before = async (context, _) =>
        {
            if (!IsWeights(context) || Interlocked.Increment(ref asked) > 100)
            {
                return false;
            }

            // The connection ends before the length that is announced.
            await SendPartAsync(context, 150_000);
            return true;
        };

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Equal((ModelFailureCodes.ModelUnreachable, true), (error.Code, error.IsTransient));
        Assert.Contains("gave up", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_for_no_pause_is_not_asked_without_one()
    {
        Hub.Before = (context, before) =>
        {
            if (before >= 2 || !context.Request.Path.Value!.StartsWith("/api/", StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "0";
            return Task.FromResult(true);
        };

        await AssertWeightsAreRightAsync();

        Assert.Equal([1, 2], _fixture.Time.Waits.Take(2).Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Too_many_requests_waits_for_as_long_as_the_server_asks()
    {
        Hub.Before = FakeHub.Once("/api/", context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "37";
        });

        await AssertWeightsAreRightAsync();

        Assert.Contains(TimeSpan.FromSeconds(37), _fixture.Time.Waits);
    }

    [Fact]
    public async Task A_wait_of_an_hour_is_not_waited()
    {
        Hub.Before = FakeHub.Once("/api/", context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "3600";
        });

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("01:00:00", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Empty(_fixture.Time.Waits);
    }

    [Fact]
    public async Task A_fault_that_stays_is_given_up_after_seven_tries()
    {
        Hub.Before = (context, _) =>
        {
            context.Response.StatusCode = 502;
            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<ModelLoadException>(() => _fixture.Source().GetFolderAsync(default));

        Assert.Contains("502", error.Message, StringComparison.Ordinal);
        Assert.Equal((ModelFailureCodes.ModelUnreachable, true), (error.Code, error.IsTransient));
        Assert.Equal(7, Hub.Requests.Count);
    }

    [Fact]
    public async Task Two_at_once_fetch_every_file_once()
    {
        var folders = await Task.WhenAll(_fixture.Source().GetFolderAsync(default), _fixture.Source().GetFolderAsync(default));

        Assert.Equal(folders[0], folders[1]);
        Assert.Single(Hub.RequestsFor("config.json"));
        Assert.Equal(2, Hub.RequestsFor(Weights).Count());
    }

    [Fact]
    public async Task A_lock_file_whose_holder_is_gone_blocks_nobody()
    {
        var folder = await _fixture.Source().GetFolderAsync(default);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(folder)!, "fetch.lock")));
        Directory.Delete(folder, recursive: true);

        Assert.Equal(folder, await _fixture.Source().GetFolderAsync(default));
    }

    private bool IsWeights(HttpContext context) => context.Request.Path == $"/lfs/{FakeHub.Sha256(Hub.Files[Weights])}";

    private Func<HttpContext, int, Task<bool>> DropWeightsOnce(int after)
    {
        // The client starts a time-out for each read: it has bytes on the disk when it asks for more.
        var hasBytes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.Time.TimesOut = () =>
        {
            if (HasOnDisk(1))
            {
                hasBytes.TrySetResult();
            }

            return false;
        };
        return async (context, before) =>
        {
            if (!IsWeights(context) || before > 0)
            {
                return false;
            }

            await SendPartAsync(context, after);
            await hasBytes.Task;
            context.Abort();
            return true;
        };
    }

    private Func<HttpContext, int, Task<bool>> StallWeightsOnce(int after) => async (context, before) =>
    {
        if (!IsWeights(context) || before > 0)
        {
            return false;
        }

        await SendPartAsync(context, after);
        await UntilHungUpAsync(context);
        return true;
    };

    private static async Task UntilHungUpAsync(HttpContext context)
    {
        var hungUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(() => hungUp.TrySetResult());
        await hungUp.Task;
    }

    private async Task SendPartAsync(HttpContext context, int bytes)
    {
        context.Response.Headers.ETag = $"\"cdn-{FakeHub.Sha256(Hub.Files[Weights])[..8]}\"";
        context.Response.ContentLength = Hub.Files[Weights].Length;
        await context.Response.Body.WriteAsync(Hub.Files[Weights].AsMemory(0, bytes));
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Returns whether the incomplete file of weights has at least so many bytes.</summary>
    private bool HasOnDisk(long bytes) =>
        Directory.EnumerateFiles(_fixture.Cache, "model.onnx_data.incomplete", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length >= bytes);

    /// <summary>Leaves the weights as a process that was killed during the download.</summary>
    private async Task LeaveWeightsAsync(byte[] bytes, string? etag)
    {
        var staging = Path.Combine(_fixture.Cache, "hub", $"127.0.0.1-{new Uri(Hub.Address).Port}", "owner", "name", FakeHub.Commit, "fp32.partial", "onnx");
        Directory.CreateDirectory(staging);
        await File.WriteAllBytesAsync(Path.Combine(staging, "model.onnx_data.incomplete"), bytes);
        if (etag is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(staging, "model.onnx_data.etag"), etag);
        }
    }

    private async Task AssertWeightsAreRightAsync()
    {
        var folder = await _fixture.Source().GetFolderAsync(default);
        Assert.Equal(Hub.Files[Weights], await File.ReadAllBytesAsync(Path.Combine(folder, Weights)));
        Assert.Empty(Directory.GetFiles(folder, "*.incomplete", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(folder, "*.etag", SearchOption.AllDirectories));
    }
}
