using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Serving;
using RerankFunctions.Tests.Inference.Loading;
using RerankFunctions.Tests.Inference.Scoring;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Serving;

/// <summary>A model is fetched again while failures are transient, and every failed try is logged once.</summary>
public sealed class ModelFetchTests
{
    private readonly InstantTime _time = new();
    private readonly Log _log = new();

    [Fact]
    public async Task A_transient_failure_is_visible_and_loading_is_tried_again()
    {
        var twin = new FamilyTwin();
        var seen = new List<ModelState>();
        ResidentModels? models = null;
        var loader = new LoaderTwin(number =>
        {
            seen.Add(models!.Find(null)!.State);
            return number <= 3 ? throw Unreachable(number) : Task.FromResult<IModelFamily>(twin);
        });
        await using var loaded = models = With(loader);

        Assert.Same(twin, await LoadAsync(models));

        Assert.Equal(
            [
                new ModelState(ModelStatus.Loading),
                .. Enumerable.Range(1, 3).Select(number => new ModelState(ModelStatus.Loading, Failure: FailureOf(Unreachable(number)))),
            ],
            seen);
        Assert.Equal(new ModelState(ModelStatus.Ready, twin.Description), models.Find(null)!.State);
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
        await using var models = With(loader);

        await LoadAsync(models);

        Assert.Equal(50, _time.Waits.Count);
        Assert.All(_time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, ModelFetch.MaxDelay));
        Assert.True(_time.Waits.First() < ModelFetch.MaxDelay);
        Assert.All(_time.Waits.Skip(20), wait => Assert.True(wait > ModelFetch.FirstDelay * 4));
    }

    [Fact]
    public async Task A_permanent_failure_is_final()
    {
        var loader = new LoaderTwin(number => throw (number == 1 ? Unreachable(1) : new ModelLoadException("config.json is missing.")));
        await using var models = With(loader);

        for (var call = 0; call < 2; call++)
        {
            var failure = await Assert.ThrowsAsync<ModelLoadException>(() => LoadAsync(models));
            Assert.Equal("config.json is missing.", failure.Message);
        }

        Assert.Equal(2, loader.Tries);
        Assert.Equal(
            new ModelState(ModelStatus.Failed, Failure: new ModelFailure(ModelFailureCodes.ModelInvalid, "config.json is missing.", IsTransient: false)),
            models.Find(null)!.State);
        Assert.Equal([LogLevel.Warning, LogLevel.Critical], _log.Lines.Select(line => line.Level));
    }

    [Fact]
    public async Task An_unexpected_failure_is_final_and_shows_none_of_its_text()
    {
        var loader = new LoaderTwin(_ => throw new InvalidOperationException("secret"));
        await using var models = With(loader);

        var failure = await Assert.ThrowsAsync<ModelLoadException>(() => LoadAsync(models));

        Assert.Equal(ModelFailureCodes.LoadFailed, failure.Code);
        Assert.Equal(new ModelState(ModelStatus.Failed, Failure: FailureOf(failure)), models.Find(null)!.State);
        Assert.Contains(nameof(InvalidOperationException), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message + Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_can_stop_waiting_while_loading_goes_on()
    {
        var loading = new TaskCompletionSource<IModelFamily>();
        await using var models = With(new LoaderTwin(_ => loading.Task));
        using var cancel = new CancellationTokenSource();
        var call = LoadAsync(models, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        loading.SetResult(new FamilyTwin());
        await LoadAsync(models);
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
        var models = With(loader);
        var call = LoadAsync(models);
        await tried.Task;

        await models.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
        var tries = loader.Tries;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => LoadAsync(models));
        Assert.Equal(tries, loader.Tries);
    }

    private static async Task<IModelFamily> LoadAsync(ResidentModels models, CancellationToken cancellationToken = default)
    {
        using var lease = await models.AcquireAsync(models.Find(null)!, cancellationToken);
        return lease.Engine.Model.Family;
    }

    private ResidentModels With(LoaderTwin loader) => TestModel.Models(loader, _time, logger: _log);

    private static ModelLoadException Unreachable(int number) =>
        new($"The hub does not answer ({number}).") { Code = ModelFailureCodes.ModelUnreachable, IsTransient = true };

    private static ModelFailure FailureOf(ModelLoadException exception) => new(exception.Code, exception.Message, exception.IsTransient);

    private sealed class Log : ILogger<ResidentModels>
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception)));
    }
}
