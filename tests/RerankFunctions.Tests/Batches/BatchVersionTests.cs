using RerankFunctions.Batches.Settings;
using RerankFunctions.Contracts;
using RerankFunctions.Tests.Batches.Fakes;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Batches;

/// <summary>Versions: of an input that is written again, of settings that change, and of the app.</summary>
public sealed class BatchVersionTests
{
    private const int Lines = 40;

    [Fact]
    public void A_worker_that_was_paused_with_an_older_input_ends_no_newer_batch() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        var older = await StartAsync(world);
        var (paused, isPaused) = (world.Start(), false);
        paused.Connection.Faults = call =>
        {
            isPaused = call.StartsWith("find", StringComparison.Ordinal) && !isPaused;
            return Fault.None;
        };
        paused.Connection.Latency = () => isPaused ? TimeSpan.FromMinutes(2) : TimeSpan.FromMilliseconds(1);
        var work = paused.Batches.ProcessAsync(new BatchMessage(older, null, null).ToJson(), default);
        await world.Schedule.Delay(TimeSpan.FromSeconds(10));
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(5));
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(10);
        var newer = await StartAsync(world);

        await world.RunToEndAsync();
        await work;

        Assert.Equal(BatchState.Failed, (await world.ReadAsync(older.ToString())).Status);
        Assert.Equal(BatchState.Completed, (await world.ReadAsync(newer.ToString())).Status);
        world.CheckOutput(5);
    });

    [Fact]
    public void A_batch_that_is_cancelled_before_its_first_results_leaves_those_of_the_version_before() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, $"{BatchWorld.Lines(3)}\nnonsense\n");
        await world.RunToEndAsync();
        var before = world.Files.Text($"{BatchWorld.Results}/a.results.jsonl");
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(5);
        var id = await StartAsync(world);
        var chunks = world.Account.Chunks.Sent.Count;
        await world.RunUntilAsync(() => world.Account.Chunks.Sent.Count > chunks);

        await world.Worker.Reader.CancelAsync(id, default);
        await world.RunToEndAsync();

        var status = await world.ReadAsync(id.ToString());
        Assert.Equal((BatchState.Cancelled, 0, null), (status.Status, status.RequestCounts.Completed, status.OutputFileId));
        Assert.Equal(before, world.Files.Text($"{BatchWorld.Results}/a.results.jsonl"));
        Assert.Contains($"{BatchWorld.Results}/a.errors.jsonl", world.Files.Names);
    });

    [Fact]
    public void A_batch_without_failed_lines_removes_the_errors_of_the_version_before() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, $"{BatchWorld.Lines(3)}\nnonsense\n");
        await world.RunToEndAsync();
        Assert.Contains($"{BatchWorld.Results}/a.errors.jsonl", world.Files.Names);
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(5));
        await StartAsync(world);

        await world.RunToEndAsync();

        world.CheckOutput(5);
        Assert.DoesNotContain($"{BatchWorld.Results}/a.errors.jsonl", world.Files.Names);
    });

    [Fact]
    public void Settings_that_change_while_an_input_is_cut_lose_and_double_no_line() => BatchWorld.Run(
        async world =>
        {
            var pages = 0;
            world.Files.Put(BatchWorld.Input, BatchWorld.Lines(520));
            world.Worker.Connection.Latency = () => TimeSpan.FromSeconds(3);
            world.Worker.Connection.Faults = call => call.Contains("/chunks/", StringComparison.Ordinal) && ++pages == 4 ? Fault.CrashAfter : Fault.None;
            world.Prepare = _ => world.Options.ChunkPairs = 5;

            await world.RunToEndAsync(minutes: 600);

            world.CheckOutput(520);
            Assert.Equal((4, 5), (pages, world.Options.ChunkPairs));
        },
        new BatchOptions { ChunkPairs = 1, MaxChunksInFlight = 64 });

    [Fact]
    public void A_stored_list_of_chunks_that_the_input_does_not_give_fails_the_batch() => BatchWorld.Run(
        async world =>
        {
            world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
            var id = await StartAsync(world);
            world.Account.Put(
                $"batch-work/{id}/chunks/00000.json",
                $$"""[{"number":0,"offset":0,"length":{{BatchWorld.Line(0).Length}},"first_line":1,"lines":1,"pairs":1,"is_oversized":false}]""");

            await world.RunToEndAsync();

            var status = await world.ReadAsync();
            Assert.Equal((BatchState.Failed, "state_lost"), (status.Status, status.Errors?.Data[0].Code));
            Assert.Empty(world.Files.Commits);
        },
        new BatchOptions());

    [Fact]
    public void A_batch_of_the_version_before_is_finished_in_its_form() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        var id = await StartAsync(world);
        var state = world.Account.Text($"batches/{id}.json");
        Assert.Contains("\"v\":2", state, StringComparison.Ordinal);
        world.Account.Put($"batches/{id}.json", state.Replace("\"v\":2", "\"v\":1", StringComparison.Ordinal));

        await world.RunToEndAsync();

        world.CheckOutput(Lines);
        Assert.Contains("\"v\":1", world.Account.Text($"batches/{id}.json"), StringComparison.Ordinal);
    });

    private static async Task<BatchId> StartAsync(BatchWorld world) =>
        (await world.Worker.Start.StartAsync(new BatchRequest(BatchWorld.Drops, "a.jsonl"), null, default))!.Id;
}
