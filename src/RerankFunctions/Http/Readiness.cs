using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Http;

/// <summary>Finds out whether this process can do its work.</summary>
public sealed class Readiness(StorageHealth storage, IReranker reranker, Role role)
{
    internal async Task<ReadyAnswer> CheckAsync(CancellationToken cancellationToken)
    {
        var model = role.ScoresJobs ? Describe(reranker.State) : null;
        try
        {
            return new ReadyAnswer("reachable", await storage.CheckAsync(cancellationToken), model);
        }
        catch (StorageUnavailableException)
        {
            return new ReadyAnswer("unreachable", null, model);
        }
    }

    private ModelAnswer Describe(ModelState state) => state.Status switch
    {
        ModelStatus.Ready => new ModelAnswer("loaded", role.Model, Description: state.Description),
        ModelStatus.Failed => new ModelAnswer("failed", role.Model, state.Failure?.Code),
        _ => new ModelAnswer("loading", role.Model, state.Failure?.Code),
    };
}
