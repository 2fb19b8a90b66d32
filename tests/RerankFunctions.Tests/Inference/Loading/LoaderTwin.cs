using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;

namespace RerankFunctions.Tests.Inference.Loading;

/// <summary>A loader that a test controls.</summary>
/// <param name="load">Called for every try with its number, from 1.</param>
internal sealed class LoaderTwin(Func<int, Task<IModelFamily>> load) : IModelLoader
{
    private int _tries;

    public LoaderTwin(IModelFamily family)
        : this(_ => Task.FromResult(family))
    {
    }

    public int Tries => _tries;

    public Task<IModelFamily> LoadAsync(CancellationToken cancellationToken) => load(Interlocked.Increment(ref _tries)).WaitAsync(cancellationToken);
}
