using Microsoft.Extensions.Hosting;

namespace RerankFunctions.Tests.App;

/// <summary>A lifetime that only records the request to stop.</summary>
internal sealed class FakeLifetime : IHostApplicationLifetime
{
    public bool IsStopped { get; private set; }

    public CancellationToken ApplicationStarted => default;

    public CancellationToken ApplicationStopping => default;

    public CancellationToken ApplicationStopped => default;

    public void StopApplication() => IsStopped = true;
}
