using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Http;

/// <summary>Finds out whether this process can do its work.</summary>
public sealed class Readiness(StorageHealth storage, IReranker reranker, Role role)
{
    internal async Task<ReadyAnswer> CheckAsync(CancellationToken cancellationToken)
    {
        var model = role.ScoresJobs ? ReadModelState(cancellationToken) : null;
        try
        {
            return new ReadyAnswer("reachable", await storage.CheckAsync(cancellationToken), model);
        }
        catch (StorageUnavailableException)
        {
            return new ReadyAnswer("unreachable", null, model);
        }
    }

    private ModelState ReadModelState(CancellationToken cancellationToken)
    {
        // The load goes on by itself; only its outcome is looked at here.
        var loading = reranker.GetModelAsync(cancellationToken);
        return loading switch
        {
            { IsCompletedSuccessfully: true } => new ModelState("loaded", role.Model, loading.Result),
            { IsFaulted: true } => new ModelState("failed", role.Model),
            _ => new ModelState("loading", role.Model),
        };
    }
}
