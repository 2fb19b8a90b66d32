using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>One app on one Azurite, shared by tests that do not change its settings or stop it.</summary>
public sealed class RunningApp : IAsyncLifetime, IDisposable
{
    private readonly Azurite _azurite = new();
    private AppServer? _app;

    internal AppServer App => _app ?? throw new InvalidOperationException("Not started.");

    internal Api Api => App.Api;

    internal string Storage => _azurite.ConnectionString;

    public async Task InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _app = await AppServer.StartAsync(Storage);
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
