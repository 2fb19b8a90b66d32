using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.App;

public sealed class StartupServiceTests : IDisposable
{
    private readonly int _exitCode = Environment.ExitCode;
    private readonly InstantTime _time = new();
    private readonly FakeLifetime _lifetime = new();

    public void Dispose() => Environment.ExitCode = _exitCode;

    [Fact]
    public async Task Wrong_settings_end_the_process_after_the_delay_and_touch_no_model()
    {
        await RunAsync(new SettingsValidation(new FailingValidator()), new ServiceCollection());

        AssertFailedStart();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_cannot_be_loaded_ends_the_process_after_the_delay(bool isForeseen)
    {
        Exception failure = isForeseen ? new ModelLoadException("no model") : new InvalidOperationException("any text");

        await RunAsync(Valid(), Services(Task.FromException<ModelDescription>(failure), scoresJobs: true));

        AssertFailedStart();
    }

    [Fact]
    public async Task A_process_that_scores_no_jobs_loads_no_model()
    {
        await RunAsync(Valid(), Services(Task.FromException<ModelDescription>(new ModelLoadException("no model")), scoresJobs: false));

        Assert.False(_lifetime.IsStopped);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task A_process_that_is_stopped_while_it_loads_ends_well()
    {
        using var provider = Services(new TaskCompletionSource<ModelDescription>().Task, scoresJobs: true).BuildServiceProvider();
        using var service = Create(Valid(), provider);

        await service.StartAsync(default);
        await service.StopAsync(default);

        Assert.False(_lifetime.IsStopped);
        Assert.Equal(_exitCode, Environment.ExitCode);
    }

    private static SettingsValidation Valid() => new(new PassingValidator());

    private static ServiceCollection Services(Task<ModelDescription> loading, bool scoresJobs)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IReranker>(new FakeModel(loading));
        services.AddSingleton(new Role(scoresJobs, new ServedModels(new ServedModel("demo", []))));
        return services;
    }

    private async Task RunAsync(SettingsValidation settings, ServiceCollection services)
    {
        settings.Validate();
        using var provider = services.BuildServiceProvider();
        using var service = Create(settings, provider);
        await service.StartAsync(default);
        await service.ExecuteTask!;
    }

    private StartupService Create(SettingsValidation settings, IServiceProvider services) =>
        new(settings, services, Options.Create(new ProcessOptions()), _lifetime, _time, NullLogger<StartupService>.Instance);

    private void AssertFailedStart()
    {
        Assert.True(_lifetime.IsStopped);
        Assert.Equal(1, Environment.ExitCode);
        Assert.Equal([TimeSpan.FromSeconds(20)], _time.Waits);
    }

    private sealed class PassingValidator : IStartupValidator
    {
        public void Validate()
        {
        }
    }

    private sealed class FailingValidator : IStartupValidator
    {
        public void Validate() => throw new OptionsValidationException("", typeof(ProcessOptions), ["Rerank:A is 'b'. It must be c."]);
    }

    private sealed class FakeModel(Task<ModelDescription> loading) : IReranker
    {
        public ModelState StateOf(string? model) => throw new NotSupportedException();

        public Task<ModelDescription> GetModelAsync(string? model, CancellationToken cancellationToken) => loading.WaitAsync(cancellationToken);

        public Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
