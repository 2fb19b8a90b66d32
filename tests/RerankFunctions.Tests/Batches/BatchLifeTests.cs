using System.Text.Json.Nodes;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tests.Batches.Fakes;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Batches;

/// <summary>Batches from drop to output, on storage in memory.</summary>
public sealed class BatchLifeTests
{
    private const int Lines = 40;

    [Fact]
    public void A_drop_gets_an_output_in_order_and_leaves_only_its_state() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));

        await world.RunToEndAsync();

        var status = await world.ReadAsync();
        var output = world.CheckOutput(Lines);
        Assert.Equal(BatchState.Completed, status.Status);
        Assert.Equal(new BatchCounts(Lines, Lines, 0), status.RequestCounts);
        Assert.Equal(new PairProgress(79, 79), status.Pairs);
        Assert.True(status.Chunks.Total > 10);
        Assert.Equal($"{BatchWorld.Results}/a.results.jsonl", status.OutputFileId);
        Assert.Null(status.ErrorFileId);
        Assert.Equal(output.Sum(line => line["response"]!["body"]!["usage"]!["total_tokens"]!.GetValue<long>()), status.Usage.TotalTokens);
        Assert.Equal(64, status.Input.Sha256!.Length);
        Assert.Equal(["a.results.jsonl"], world.Files.In(BatchWorld.Results).Select(file => file.Name));
        Assert.Equal(
            ["batch-drops.json", "batch-outputs/HASH", $"batches/{status.Id}.json"],
            world.Account.Names.Select(name => name.StartsWith("batch-outputs/", StringComparison.Ordinal) ? "batch-outputs/HASH" : name));
        Assert.InRange(world.MostActive, 1, 3);
    });

    [Fact]
    public void A_line_has_what_a_job_would_answer() => BatchWorld.Run(async world =>
    {
        world.Files.Put(
            BatchWorld.Input,
            """{"custom_id":"c0","query":"q","documents":["three","a","sixsix"],"top_n":2,"return_documents":true,"raw_scores":true}""");

        await world.RunToEndAsync();

        var line = Assert.Single(world.CheckOutput(1));
        Assert.Null(line["error"]);
        Assert.Equal(200, line["response"]!["status_code"]!.GetValue<int>());
        Assert.Equal(
            """[{"index":2,"relevance_score":2,"document":{"text":"sixsix"}},{"index":0,"relevance_score":1,"document":{"text":"three"}}]""",
            line["response"]!["body"]!["results"]!.ToJsonString());
    });

    [Fact]
    public void Lines_with_errors_stand_in_both_files_with_their_numbers() => BatchWorld.Run(async world =>
    {
        string[] lines =
        [
            "", BatchWorld.Line(0), """{"custom_id":"c1","method":"GET","url":"/v1/rerank","body":{}}""", "  ", "nonsense", BatchWorld.Line(3),
            """{"custom_id":"c4","method":"POST","url":"/v1/rerank","body":{"query":"q","documents":[]}}""",
            """{"custom_id":"c5","query":"NaN","documents":["x"]}""",
        ];
        world.Worker.Reranker.Faults = request => request.Query == "NaN" ? new ScoringException("A score is not finite.") { IsNotFinite = true } : null;
        world.Files.Put(BatchWorld.Input, string.Join("\r\n", lines));

        await world.RunToEndAsync();

        var results = Parse(world, "a.results.jsonl");
        var errors = Parse(world, "a.errors.jsonl");
        var status = await world.ReadAsync();
        Assert.Equal(["c0", "c1", null, "c3", "c4", "c5"], results.Select(line => line["custom_id"]?.GetValue<string>()));
        Assert.Equal([3, 5, 7, 8], errors.Select(line => line["line"]!.GetValue<int>()));
        Assert.Equal(
            ["invalid_request", "malformed_json", "invalid_request", "scores_not_finite"],
            errors.Select(line => line["error"]!["code"]!.GetValue<string>()));
        Assert.Equal([422, 400, 422, null], errors.Select(line => line["response"]?["status_code"]?.GetValue<int>()));
        Assert.Equal("/body/documents", errors[2]["response"]!["body"]!["errors"]![0]!["path"]!.GetValue<string>());
        Assert.Equal(new BatchCounts(6, 2, 4), status.RequestCounts);
        Assert.Equal($"{BatchWorld.Results}/a.errors.jsonl", status.ErrorFileId);
    });

    [Fact]
    public void Many_lines_are_scored_at_once() => BatchWorld.Run(
        async world =>
        {
            world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
            var began = world.Schedule.Time.GetUtcNow();
            world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(1);

            await world.RunToEndAsync();

            world.CheckOutput(Lines);
            Assert.InRange(world.Schedule.Time.GetUtcNow() - began, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));
        },
        new BatchOptions());

    [Theory]
    [InlineData("[\n{\"query\":\"q\",\"documents\":[\"d\"]}\n]", "not_json_lines")]
    [InlineData("[{\"query\":\"q\",\"documents\":[\"d\"]}]", "not_json_lines")]
    [InlineData("name,age\na,1\n", "not_json_lines")]
    [InlineData("\n\n \n", "not_json_lines")]
    [InlineData("1\n2\n", "not_json_lines")]
    [InlineData("\u0000\u0001\u0002", "not_json_lines")]
    public void A_file_that_is_something_else_fails_with_a_sentence(string text, string code) => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, text);

        await world.RunToEndAsync();

        var status = await world.ReadAsync();
        Assert.Equal(BatchState.Failed, status.Status);
        Assert.Equal(code, Assert.Single(status.Errors!.Data).Code);
        Assert.Empty(world.Files.In(BatchWorld.Results));
    });

    [Fact]
    public void Limits_of_size_and_lines_fail_the_batch() => BatchWorld.Run(
        async world =>
        {
            world.Files.Put($"{BatchWorld.Drops}/long.jsonl", BatchWorld.Lines(11));
            world.Files.Put($"{BatchWorld.Drops}/big.jsonl", new string(' ', 5_000));

            await world.RunToEndAsync();

            var list = await world.Worker.Reader.ListAsync(10, null, default);
            Assert.Equal(["input_too_large", "too_many_lines"], list.Data.Select(batch => batch.Errors!.Data[0].Code).Order());
        },
        new BatchOptions { MaxInputBytes = 4_096, MaxLines = 10 });

    [Fact]
    public void An_overwritten_input_fails_its_batch_and_gets_another_one() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(20);
        var old = (await world.Worker.Start.StartAsync(new BatchRequest(BatchWorld.Drops, "a.jsonl"), null, default))!;
        await world.RunUntilAsync(() => world.Account.Chunks.Sent.Count > 4);

        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(5));
        await world.RunUntilAsync(() => world.Files.Commits.Count > 0);
        await world.RunToEndAsync();

        var status = await world.ReadAsync(old.Id.ToString());
        Assert.Equal(BatchState.Failed, status.Status);
        Assert.Equal("input_changed", status.Errors!.Data[0].Code);
        world.CheckOutput(5);
    });

    [Fact]
    public void A_deleted_input_fails_its_batch() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(20);
        await world.RunUntilAsync(() => world.Account.Chunks.Sent.Count > 4);

        world.Files.Remove(BatchWorld.Input);
        await world.RunToEndAsync();

        Assert.Equal("input_changed", (await world.ReadAsync()).Errors!.Data[0].Code);
        Assert.Empty(world.Files.Commits);
    });

    [Fact]
    public void A_cancelled_batch_has_the_output_of_what_was_done() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(20);
        await world.RunUntilAsync(() => world.Account.Chunks.Sent.Count > 6);
        var id = (await world.ReadAsync()).Id;

        var cancelled = await world.Worker.Reader.CancelAsync(id, default);
        Assert.True(cancelled!.IsCancelled);
        Assert.Equal(BatchState.Cancelling, cancelled.Status.Status);
        await world.RunToEndAsync();

        var status = await world.ReadAsync();
        Assert.Equal(BatchState.Cancelled, status.Status);
        Assert.InRange(status.RequestCounts.Completed, 1, Lines - 1);
        Assert.Equal(status.RequestCounts.Completed, Parse(world, "a.results.jsonl").Count);
        Assert.False((await world.Worker.Reader.CancelAsync(id, default))!.IsCancelled);
    });

    [Fact]
    public void A_batch_that_takes_too_long_expires_with_the_output_of_what_was_done() => BatchWorld.Run(
        async world =>
        {
            world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
            world.Worker.Reranker.Duration = () => TimeSpan.FromMinutes(1);

            await world.RunToEndAsync();

            var status = await world.ReadAsync();
            Assert.Equal(BatchState.Expired, status.Status);
            Assert.InRange(status.RequestCounts.Completed, 1, Lines - 1);
            Assert.Equal(status.RequestCounts.Completed, Parse(world, "a.results.jsonl").Count);
        },
        new BatchOptions { ChunkPairs = 6, MaxChunksInFlight = 3, CompletionWindow = "5m" });

    [Fact]
    public void A_chunk_that_always_fails_gets_errors_and_costs_no_other_line() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        world.Worker.Reranker.Faults = request =>
            request.Query.EndsWith(" 17", StringComparison.Ordinal) ? new InvalidOperationException("It never works.") : null;

        await world.RunToEndAsync();

        world.CheckOutput(Lines);
        var status = await world.ReadAsync();
        var errors = Parse(world, "a.errors.jsonl");
        Assert.Equal(BatchState.Completed, status.Status);
        Assert.Equal(status.RequestCounts.Failed, errors.Count);
        Assert.InRange(errors.Count, 1, 6);
        Assert.Contains(errors, line => line["custom_id"]!.GetValue<string>() == "c17");
        Assert.All(errors, line => Assert.Equal("attempts_exhausted", line["error"]!["code"]!.GetValue<string>()));
    });

    [Fact]
    public void A_chunk_that_crashes_processes_gets_errors_in_the_end() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        world.Prepare = process => process.Reranker.Faults = request =>
        {
            if (request.Query.EndsWith(" 17", StringComparison.Ordinal))
            {
                process.Connection.Crash();
            }

            return null;
        };
        world.Prepare(world.Worker);

        await world.RunToEndAsync(minutes: 240);

        world.CheckOutput(Lines);
        Assert.Contains(Parse(world, "a.errors.jsonl"), line => line["custom_id"]!.GetValue<string>() == "c17");
        Assert.InRange((await world.ReadAsync()).RequestCounts.Failed, 1, 6);
    });

    [Fact]
    public void An_output_that_somebody_else_writes_meanwhile_fails_the_batch() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        world.Worker.Connection.Faults = call =>
        {
            if (call.StartsWith("commit", StringComparison.Ordinal))
            {
                world.Files.Put($"{BatchWorld.Results}/a.results.jsonl", "mine");
            }

            return Fault.None;
        };

        await world.RunToEndAsync();

        Assert.Equal("output_changed", (await world.ReadAsync()).Errors!.Data[0].Code);
        Assert.Equal("mine", world.Files.Text($"{BatchWorld.Results}/a.results.jsonl"));
    });

    [Fact]
    public void A_shutdown_gives_chunks_back_uncounted() => BatchWorld.Run(async world =>
    {
        world.Files.Put(BatchWorld.Input, BatchWorld.Lines(Lines));
        world.Worker.Reranker.Duration = () => TimeSpan.FromSeconds(20);
        var running = world.RunToEndAsync();
        while (world.Worker.Reranker.Runs < 10)
        {
            await world.Schedule.Delay(TimeSpan.FromSeconds(1));
        }

        world.Worker.Drain.Begin(TimeSpan.Zero);
        world.Worker = world.Start();
        await running;

        world.CheckOutput(Lines);
        Assert.Contains(world.Log, line => line.EventId == 306);
    });

    private static List<JsonNode> Parse(BatchWorld world, string name) =>
        [.. world.Files.Text($"{BatchWorld.Results}/{name}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
}
