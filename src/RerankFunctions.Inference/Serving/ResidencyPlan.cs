namespace RerankFunctions.Inference.Serving;

/// <summary>
/// Decides which models are loaded and unloaded, from what is known of all models at one moment. It has no clock and changes nothing.
/// <list type="bullet">
/// <item>Loaded models, and those that are being loaded or unloaded, together never exceed the budget. One model is loaded at a time.</item>
/// <item>The model whose requests have waited longest comes first. If it does not fit, models that were loaded for at least the minimum residency make room:
/// those without requests first, then those that a request began to use longest ago. A model that makes room takes no more requests and is unloaded when
/// those that it has are done. None leaves before it has taken the requests that it was loaded for.</item>
/// <item>No model makes room before enough of them can. Another model is loaded meanwhile only where it does not delay the first one.</item>
/// </list>
/// </summary>
internal sealed record ResidencyPlan
{
    /// <summary>Index of the model to load now; null for none.</summary>
    public int? Load { get; private init; }

    /// <summary>Indexes of the models that take no more requests. Those without requests are to be unloaded now.</summary>
    public IReadOnlyList<int> Closed { get; private init; } = [];

    /// <summary>Whether wanted models that are not loaded now have to wait for a request.</summary>
    public bool DefersWanted { get; private init; }

    /// <summary>When to decide anew if nothing else happens before; null for never.</summary>
    public TimeSpan? LookAgainAt { get; private init; }

    /// <summary>Makes the plan.</summary>
    /// <param name="models">All models.</param>
    /// <param name="budget">Maximum size of all models in memory; no model that is fetched exceeds it.</param>
    /// <param name="minResidency">Minimum time for which a loaded model stays.</param>
    /// <param name="now">The moment.</param>
    public static ResidencyPlan Make(IReadOnlyList<ModelSlot> models, long budget, TimeSpan minResidency, TimeSpan now)
    {
        var isLoading = models.Any(static model => model.Phase == ModelPhase.Loading);
        var claims = models.Index().Where(static model => model.Item.IsClaimed).OrderBy(static model => model.Item.WaitingSince).ToList();
        var used = models.Where(static model => model.IsResident).Sum(static model => model.Bytes);
        if (claims is not [var (first, head), ..])
        {
            return WithoutClaim(models, budget - used, isLoading);
        }

        if (head.Bytes <= budget - used)
        {
            return new ResidencyPlan { Load = isLoading ? null : first };
        }

        var leaving = models.Where(static model => model.Phase == ModelPhase.Unloading).Sum(static model => model.Bytes);
        var needed = head.Bytes - (budget - used + leaving);
        var closed = Choose(models, needed, model => now >= model.ReadyAt + minResidency && !(model.WaitingSince <= model.ReadyAt));
        var left = used - leaving - (closed ?? Choose(models, needed, static _ => true) ?? []).Sum(index => models[index].Bytes);
        int? beside = isLoading || Enumerable.Range(0, models.Count).Where(index => index != first && IsAsked(models[index])) is not { } others
            ? null
            : others.Where(index => models[index].Bytes <= Math.Min(budget - used, budget - left - head.Bytes)).Cast<int?>().FirstOrDefault();
        return new ResidencyPlan
        {
            Load = beside,
            Closed = closed ?? [],
            DefersWanted = !isLoading && beside is null,
            LookAgainAt = closed is not null
                ? null
                : models.Where(model => model.Phase == ModelPhase.Ready && model.ReadyAt + minResidency > now)
                    .Min(model => (TimeSpan?)(model.ReadyAt + minResidency)),
        };
    }

    private static ResidencyPlan WithoutClaim(IReadOnlyList<ModelSlot> models, long free, bool isLoading)
    {
        if (isLoading)
        {
            return new ResidencyPlan();
        }

        var wanted = models.Index().FirstOrDefault(model => IsAsked(model.Item) && model.Item.Bytes <= free, (Index: -1, default));
        return wanted.Index >= 0 ? new ResidencyPlan { Load = wanted.Index } : new ResidencyPlan { DefersWanted = true };
    }

    private static bool IsAsked(ModelSlot model) => model.Phase == ModelPhase.Absent && (model.IsWanted || model.WaitingSince is not null);

    /// <returns>The models to unload for a number of bytes; null if all that may be unloaded do not suffice.</returns>
    private static List<int>? Choose(IReadOnlyList<ModelSlot> models, long needed, Func<ModelSlot, bool> mayLeave)
    {
        var chosen = new List<int>();
        var order = models.Index()
            .Where(model => model.Item.Phase == ModelPhase.Ready && mayLeave(model.Item))
            .OrderBy(static model => model.Item.Leases > 0)
            .ThenBy(static model => model.Item.LastUsed);
        foreach (var (index, model) in order)
        {
            if (needed <= 0)
            {
                break;
            }

            chosen.Add(index);
            needed -= model.Bytes;
        }

        if (needed > 0)
        {
            return null;
        }

        // A larger one that came later can make earlier ones unnecessary.
        for (var i = chosen.Count - 1; i >= 0; i--)
        {
            if (needed + models[chosen[i]].Bytes <= 0)
            {
                needed += models[chosen[i]].Bytes;
                chosen.RemoveAt(i);
            }
        }

        return chosen;
    }
}
