using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Tests.Inference.Scoring;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Loading;

/// <summary>Loading is tried again while failures are transient, and every failed try is logged once.</summary>
public sealed class ResidentModelTests
{
    private readonly InstantTime _time = new();
    private readonly Log _log = new();

    [Fact]
    public async Task A_transient_failure_is_visible_and_loading_is_tried_again()
    {
        var twin = new FamilyTwin();
        var seen = new List<ModelState>();
        ResidentModel? model = null;
        var loader = new LoaderTwin(number =>
        {
            seen.Add(model!.State);
            return number <= 3 ? throw Unreachable(number) : Task.FromResult<IModelFamily>(twin);
        });
        await using var loaded = model = new ResidentModel(loader, _time, _log);

        Assert.Same(twin, (await model.GetAsync(default)).Family);

        Assert.Equal(
            [
                new ModelState(ModelStatus.Loading),
                .. Enumerable.Range(1, 3).Select(number => new ModelState(ModelStatus.Loading, Failure: FailureOf(Unreachable(number)))),
            ],
            seen);
        Assert.Equal(new ModelState(ModelStatus.Ready, twin.Description), model.State);
        Assert.Equal(3, _time.Waits.Count);
        Assert.Equal(3, _log.Lines.Count);
        Assert.All(_log.Lines.Index(), line =>
        {
            Assert.Equal(LogLevel.Warning, line.Item.Level);
            Assert.Contains("model_unreachable", line.Item.Text, StringComparison.Ordinal);
            Assert.Contains($"The hub does not answer ({line.Index + 1}).", line.Item.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Pauses_grow_to_a_limit()
    {
        var loader = new LoaderTwin(number => number <= 50 ? throw Unreachable(number) : Task.FromResult<IModelFamily>(new FamilyTwin()));
        await using var model = new ResidentModel(loader, _time, _log);

        await model.GetAsync(default);

        Assert.Equal(50, _time.Waits.Count);
        Assert.All(_time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, ResidentModel.MaxDelay));
        Assert.True(_time.Waits.First() < ResidentModel.MaxDelay);
        Assert.All(_time.Waits.Skip(20), wait => Assert.True(wait > ResidentModel.FirstDelay * 4));
    }

    [Fact]
    public async Task A_permanent_failure_is_final()
    {
        var loader = new LoaderTwin(number => throw (number == 1 ? Unreachable(1) : new ModelLoadException("config.json is missing.")));
        await using var model = new ResidentModel(loader, _time, _log);

        for (var call = 0; call < 2; call++)
        {
            var failure = await Assert.ThrowsAsync<ModelLoadException>(() => model.GetAsync(default));
            Assert.Equal("config.json is missing.", failure.Message);
        }

        Assert.Equal(2, loader.Tries);
        Assert.Equal(
            new ModelState(ModelStatus.Failed, Failure: new ModelFailure(ModelFailureCodes.ModelInvalid, "config.json is missing.", IsTransient: false)),
            model.State);
        Assert.Equal([LogLevel.Warning, LogLevel.Critical], _log.Lines.Select(line => line.Level));
    }

    [Fact]
    public async Task An_unexpected_failure_is_final_and_shows_none_of_its_text()
    {
        var loader = new LoaderTwin(_ => throw new InvalidOperationException("secret"));
        await using var model = new ResidentModel(loader, _time, _log);

        var failure = await Assert.ThrowsAsync<ModelLoadException>(() => model.GetAsync(default));

        Assert.Equal(ModelFailureCodes.LoadFailed, failure.Code);
        Assert.Equal(new ModelState(ModelStatus.Failed, Failure: FailureOf(failure)), model.State);
        Assert.Contains(nameof(InvalidOperationException), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message + Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_can_stop_waiting_while_loading_goes_on()
    {
        var loading = new TaskCompletionSource<IModelFamily>();
        await using var model = new ResidentModel(new LoaderTwin(_ => loading.Task), _time, _log);
        using var cancel = new CancellationTokenSource();
        var call = model.GetAsync(cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        loading.SetResult(new FamilyTwin());
        await model.GetAsync(default);
    }

    [Fact]
    public async Task Disposal_ends_the_retries()
    {
        var tried = new TaskCompletionSource();
        var loader = new LoaderTwin(number =>
        {
            if (number == 5)
            {
                tried.SetResult();
            }

            throw Unreachable(number);
        });
        var model = new ResidentModel(loader, _time, _log);
        var call = model.GetAsync(default);
        await tried.Task;

        await model.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var tries = loader.Tries;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.GetAsync(default));
        Assert.Equal(tries, loader.Tries);
    }

    private static ModelLoadException Unreachable(int number) =>
        new($"The hub does not answer ({number}).") { Code = ModelFailureCodes.ModelUnreachable, IsTransient = true };

    private static ModelFailure FailureOf(ModelLoadException exception) => new(exception.Code, exception.Message, exception.IsTransient);

    private sealed class Log : ILogger<ResidentModel>
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception)));
    }
}
