using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Inference.Serving;

/// <summary>A request's right to use a loaded model, which stays loaded until the lease is disposed of.</summary>
/// <param name="models">The owner of the model.</param>
/// <param name="model">The model.</param>
/// <param name="engine">Its engine.</param>
internal sealed class ModelLease(ResidentModels models, ResidentModel model, Engine engine) : IDisposable
{
    private int _disposed;

    /// <summary>The engine that runs the model.</summary>
    public Engine Engine => engine;

    /// <summary>Tells that the session runs nothing any more. The model is loaded again once no request uses it.</summary>
    /// <param name="reason">Why its last run failed, for the log.</param>
    public void Break(string reason) => models.Break(model, engine, reason);

    /// <summary>Gives the model back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            models.Return(model);
        }
    }
}
