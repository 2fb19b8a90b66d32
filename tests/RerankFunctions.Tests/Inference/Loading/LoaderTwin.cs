using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;

namespace RerankFunctions.Tests.Inference.Loading;

/// <summary>A loader of one model that a test controls.</summary>
/// <param name="load">Called for every try with its number, from 1.</param>
/// <param name="cost">What runs cost; null for what they cost on a CPU.</param>
internal sealed class LoaderTwin(Func<int, Task<IModelFamily>> load, RunCost? cost = null) : IModelLoader
{
    private int _tries;

    public LoaderTwin(IModelFamily family, RunCost? cost = null)
        : this(_ => Task.FromResult(family), cost)
    {
    }

    /// <summary>What runs of a small model cost on a CPU.</summary>
    public static RunCost Cost { get; } = new(FixedCells: 16, MaxTokens: 512, MaxRows: 64);

    public int Tries => _tries;

    public async Task<FetchedModel> FetchAsync(ModelDefinition model, CancellationToken cancellationToken) =>
        new Fetched(this, await NextAsync(cancellationToken));

    private Task<IModelFamily> NextAsync(CancellationToken cancellationToken) => load(Interlocked.Increment(ref _tries)).WaitAsync(cancellationToken);

    // The family of the fetch is the first one that is loaded.
    private sealed class Fetched(LoaderTwin loader, IModelFamily first) : FetchedModel
    {
        private IModelFamily? _first = first;

        public override ModelDescription Description { get; } = first.Description;

        public override long WeightBytes => 1;

        public override async Task<LoadedModel> LoadAsync(CancellationToken cancellationToken) =>
            new(Interlocked.Exchange(ref _first, null) ?? await loader.NextAsync(cancellationToken), loader.CostOfRuns);
    }

    private RunCost CostOfRuns => cost ?? Cost;
}
