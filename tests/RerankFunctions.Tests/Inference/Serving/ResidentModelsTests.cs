using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Serving;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Serving;

/// <summary>Several models in a process: what is loaded, what makes room, and who waits.</summary>
public sealed class ResidentModelsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Models_that_fit_together_stay_loaded()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1));
        await using var models = With(twin, budget: 2);
        for (var i = 0; i < 10; i++)
        {
            await UseAsync(models, i % 2 == 0 ? "a" : "b");
        }

        Assert.Equal((1, 1), (twin.LoadsOf("a"), twin.LoadsOf("b")));
    }

    [Fact]
    public async Task The_least_recently_used_model_makes_room()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1), ("c", 1));
        await using var models = With(twin, budget: 2, minResidency: TimeSpan.Zero);
        foreach (var model in new[] { "a", "b", "a", "c" })
        {
            await UseAsync(models, model);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            [ModelStatus.Ready, ModelStatus.Unloaded, ModelStatus.Ready],
            new[] { "a", "b", "c" }.Select(model => models.Find(model)!.State.Status));
        Assert.Equal(2, twin.MostBytes);
    }

    [Fact]
    public async Task A_model_without_requests_makes_room_before_one_with_requests_that_was_used_earlier()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1), ("c", 1));
        await using var models = With(twin, budget: 2, minResidency: TimeSpan.Zero);
        using var busy = await AcquireAsync(models, "a");
        _time.Advance(TimeSpan.FromSeconds(1));
        await UseAsync(models, "b");

        await UseAsync(models, "c");

        Assert.Equal(ModelStatus.Ready, models.Find("a")!.State.Status);
    }

    [Fact]
    public async Task A_loaded_model_stays_for_the_minimum_residency()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1));
        await using var models = With(twin, budget: 1);
        await UseAsync(models, "a");
        await models.DescribeAsync(models.Find("b")!, default);
        var loadedAt = _time.GetUtcNow();

        var waiting = AcquireAsync(models, "b");
        await UseAsync(models, "a");
        Assert.Equal(0, twin.LoadsOf("b"));
        Assert.True(_time.FireNext());

        (await waiting).Dispose();
        Assert.Equal(new ModelOptions().ModelMinResidency, _time.GetUtcNow() - loadedAt);
        Assert.Equal((1, 1), (twin.LoadsOf("a"), twin.MostBytes));
    }

    [Fact]
    public async Task A_model_in_use_takes_no_new_requests_after_its_residency_while_another_one_is_waited_for()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1));
        await using var models = With(twin, budget: 1);
        var first = await AcquireAsync(models, "a");
        _time.Advance(Long);
        var other = AcquireAsync(models, "b");
        await models.DescribeAsync(models.Find("b")!, default);
        _time.Advance(TimeSpan.FromSeconds(1));

        var late = AcquireAsync(models, "a");
        Assert.False(other.IsCompleted || late.IsCompleted);
        first.Dispose();
        var second = await other;

        // Then they change again, after the residency of the other one.
        Assert.False(late.IsCompleted);
        Assert.True(_time.FireNext());
        Assert.False(late.IsCompleted);
        second.Dispose();
        (await late).Dispose();
        Assert.Equal((2, 1, 1L), (twin.LoadsOf("a"), twin.LoadsOf("b"), twin.MostBytes));
    }

    [Fact]
    public async Task A_request_that_is_cancelled_while_it_waits_opens_the_other_model_again()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1));
        await using var models = With(twin, budget: 1);
        using var busy = await AcquireAsync(models, "a");
        await models.DescribeAsync(models.Find("b")!, default);
        _time.Advance(Long);
        using var cancel = new CancellationTokenSource();
        var waiting = AcquireAsync(models, "b", cancel.Token);
        var late = AcquireAsync(models, "a");
        Assert.False(late.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        (await late).Dispose();
        Assert.Equal((1, 0), (twin.LoadsOf("a"), twin.LoadsOf("b")));
    }

    [Fact]
    public async Task A_model_that_fails_fails_its_own_requests_alone()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1))
        {
            OnLoad = (model, _) => model == "b" ? throw new ModelLoadException("b is damaged.") : Task.CompletedTask,
        };
        await using var models = With(twin, budget: 1, minResidency: TimeSpan.Zero);
        await UseAsync(models, "a");

        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<ModelLoadException>(() => AcquireAsync(models, "b"));
            Assert.Equal("b is damaged.", failure.Message);
        }

        await UseAsync(models, "a");
        Assert.Equal(ModelStatus.Failed, models.Find("b")!.State.Status);
        Assert.Equal(ModelStatus.Ready, models.Find("a")!.State.Status);
    }

    [Fact]
    public async Task A_model_over_the_budget_fails_with_both_numbers()
    {
        await using var models = With(new ModelsTwin(("a", 1), ("b", 3)), budget: 2);

        var failure = await Assert.ThrowsAsync<ModelLoadException>(() => AcquireAsync(models, "b"));

        Assert.Equal(ModelFailureCodes.ModelTooLarge, failure.Code);
        Assert.Equal(
            "The model b has 3 bytes of weights, and all models together may have 2; Rerank:ModelMemoryBytes sets the limit.", failure.Message);
        await UseAsync(models, "a");
    }

    [Fact]
    public async Task Nobody_waits_for_memory_only_to_read_a_description()
    {
        var twin = new ModelsTwin(("a", 1), ("b", 1));
        await using var models = With(twin, budget: 1);
        using var busy = await AcquireAsync(models, "a");

        Assert.Equal("b", (await models.DescribeAsync(models.Find("b")!, default)).Revision);

        Assert.Equal(new ModelState(ModelStatus.Unloaded, new("twin", "Twin", "b", 512, "fp32", Device.Cpu)), models.Find("b")!.State);
        Assert.Equal(0, twin.LoadsOf("b"));
    }

    [Fact]
    public async Task Disposal_during_a_load_frees_everything_and_fails_who_waits()
    {
        var loading = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        var twin = new ModelsTwin(("a", 1), ("b", 1))
        {
            OnLoad = (model, _) =>
            {
                if (model == "a")
                {
                    return Task.CompletedTask;
                }

                loading.SetResult();
                return never.Task;
            },
        };
        var models = With(twin, budget: 2);
        await UseAsync(models, "a");
        var waiting = AcquireAsync(models, "b");
        await loading.Task;

        await models.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AcquireAsync(models, "a"));
        Assert.Equal(0, twin.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Requests_at_random_all_end_and_never_exceed_the_budget(int seed)
    {
        var twin = new ModelsTwin(("a", 1), ("b", 2), ("c", 3), ("d", 4)) { OnLoad = async (_, _) => await Task.Yield() };
        var models = TestModel.Models(
            twin, models: twin.Catalog, options: new ModelOptions { ModelMemoryBytes = 5, ModelMinResidency = TimeSpan.Zero });
        var random = new Random(seed);
        var requests = Enumerable.Range(0, 300)
            .Select(_ => (Model: "abcd"[random.Next(4)].ToString(), Cancelled: random.Next(4) == 0, Yields: random.Next(20)));

        var ended = await Task.WhenAll(requests.ToList().Select(request => Task.Run(async () =>
        {
            using var cancel = new CancellationTokenSource();
            var acquiring = AcquireAsync(models, request.Model, cancel.Token);
            if (request.Cancelled)
            {
                await cancel.CancelAsync();
            }

            try
            {
                using var lease = await acquiring;
                Assert.Equal(request.Model, lease.Engine.Model.Family.Description.Revision);
                for (var i = 0; i < request.Yields; i++)
                {
                    await Task.Yield();
                }

                return true;
            }
            catch (OperationCanceledException) when (request.Cancelled)
            {
                return false;
            }
        }))).WaitAsync(Long);

        Assert.Contains(true, ended);
        Assert.InRange(twin.MostBytes, 1, 5);
        await models.DisposeAsync();
        Assert.Equal(0, twin.Bytes);
    }

    private static Task<ModelLease> AcquireAsync(ResidentModels models, string model, CancellationToken cancellationToken = default) =>
        models.AcquireAsync(models.Find(model)!, cancellationToken);

    private static async Task UseAsync(ResidentModels models, string model)
    {
        using var lease = await AcquireAsync(models, model).WaitAsync(Long);
        Assert.Equal(model, lease.Engine.Model.Family.Description.Revision);
    }

    private ResidentModels With(ModelsTwin twin, long budget, TimeSpan? minResidency = null) => TestModel.Models(
        twin,
        _time,
        models: twin.Catalog,
        options: new ModelOptions { ModelMemoryBytes = budget, ModelMinResidency = minResidency ?? new ModelOptions().ModelMinResidency },
        logger: NullLogger<ResidentModels>.Instance);
}
