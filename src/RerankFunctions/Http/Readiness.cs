using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Http;

/// <summary>Finds out whether this process can do its work.</summary>
public sealed class Readiness(StorageHealth storage, IReranker reranker, Role role)
{
    internal async Task<ReadyAnswer> CheckAsync(CancellationToken cancellationToken)
    {
        ModelAnswer[] models = role.ScoresJobs ? [.. role.Models.Models.Select(model => Describe(model.Name))] : [];
        var answer = new ReadyAnswer("reachable", null, models.FirstOrDefault(), models.Length > 1 ? models[1..] : null);
        try
        {
            return answer with { QueuedMessages = await storage.CheckAsync(cancellationToken) };
        }
        catch (StorageUnavailableException)
        {
            return answer with { Storage = "unreachable" };
        }
    }

    private ModelAnswer Describe(string name)
    {
        var state = reranker.StateOf(name);
        return new ModelAnswer(StatusOf(state), name, state.Failure?.Code, state.Status == ModelStatus.Loading ? null : state.Description);
    }

    internal static string StatusOf(ModelState state) => state.Status switch
    {
        ModelStatus.Ready => "loaded",
        ModelStatus.Unloaded => "unloaded",
        ModelStatus.Failed => "failed",
        _ => "loading",
    };
}
