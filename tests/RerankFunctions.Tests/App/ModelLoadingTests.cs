using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.App;

public sealed class ModelLoadingTests : IDisposable
{
    private readonly int _exitCode = Environment.ExitCode;

    public void Dispose() => Environment.ExitCode = _exitCode;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_keeps_the_model_from_loading_ends_the_process(bool isForeseen)
    {
        Exception failure = isForeseen ? new ModelLoadException("no model") : new InvalidOperationException("text that may be anything");
        var app = new App();

        await RunAsync(app, Task.FromException<ModelDescription>(failure));

        Assert.True(app.IsStopped);
        Assert.Equal(1, Environment.ExitCode);
        Assert.Equal(isForeseen ? [] : ["The model cannot be loaded: InvalidOperationException"], app.Lines);
    }

    [Fact]
    public async Task A_process_that_is_stopped_while_it_loads_ends_well()
    {
        var app = new App();
        using var loading = Create(app, new TaskCompletionSource<ModelDescription>().Task);

        await loading.StartAsync(default);
        await loading.StopAsync(default);

        Assert.False(app.IsStopped);
        Assert.Equal(_exitCode, Environment.ExitCode);
        Assert.Empty(app.Lines);
    }

    private static async Task RunAsync(App app, Task<ModelDescription> model)
    {
        using var loading = Create(app, model);
        await loading.StartAsync(default);
        await loading.ExecuteTask!;
    }

    private static ModelLoading Create(App app, Task<ModelDescription> model) => new(new Model(model), new Role(true, "demo"), app, app);

    private sealed class Model(Task<ModelDescription> loading) : IReranker
    {
        public ModelState State => loading switch
        {
            { IsCompletedSuccessfully: true } => new ModelState(ModelStatus.Ready, loading.Result),
            { IsCompleted: true } => new ModelState(ModelStatus.Failed),
            _ => new ModelState(ModelStatus.Loading),
        };

        public Task<ModelDescription> GetModelAsync(CancellationToken cancellationToken) => loading.WaitAsync(cancellationToken);

        public Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<int>? scored, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class App : IHostApplicationLifetime, ILogger<ModelLoading>
    {
        public List<string> Lines { get; } = [];

        public bool IsStopped { get; private set; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => IsStopped = true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception) + exception?.Message);
    }
}
