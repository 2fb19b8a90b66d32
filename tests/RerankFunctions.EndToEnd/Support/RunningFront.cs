using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>One app that scores no jobs, on one Azurite, shared by the tests of a class.</summary>
public sealed class RunningFront : IAsyncLifetime, IDisposable
{
    private readonly Azurite _azurite = new();
    private AppServer? _app;

    internal AppServer App => _app ?? throw new InvalidOperationException("Not started.");

    internal string Storage => _azurite.ConnectionString;

    public async Task InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _app = await AppServer.StartAsync(Storage, AppServer.NoWorker);
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await _azurite.DisposeAsync();
    }

    public void Dispose() => _azurite.Dispose();
}
