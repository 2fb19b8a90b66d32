namespace RerankFunctions.Inference.Serving;

/// <summary>A request that waits for its model.</summary>
/// <param name="since">Since when, counted from a fixed moment.</param>
internal sealed class ModelWait(TimeSpan since)
{
    private readonly TaskCompletionSource<ModelLease> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Since when it waits, counted from a fixed moment.</summary>
    public TimeSpan Since => since;

    /// <summary>Ends with the lease.</summary>
    public Task<ModelLease> Granted => _granted.Task;

    /// <summary>Ends the wait.</summary>
    public void Grant(ModelLease lease) => _granted.TrySetResult(lease);

    /// <summary>Ends the wait without a lease.</summary>
    public void Fail(Exception exception) => _granted.TrySetException(exception);
}
