namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The request to all running functions to stop.</summary>
internal sealed class InvocationStop : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>Cancelled when the functions must stop.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Cancels <see cref="Token"/>.</summary>
    public Task RequestAsync() => _source.CancelAsync();

    public void Dispose() => _source.Dispose();
}
