using System.Collections.Concurrent;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Tests.Inference.Loading;
using RerankFunctions.Tests.Inference.Scoring;

namespace RerankFunctions.Tests.Inference.Serving;

/// <summary>Several models that a test controls. The logit of a pair is its index, and a thousand for each model before its own in the list.</summary>
/// <param name="models">Names and sizes; the first one is the default.</param>
internal sealed class ModelsTwin(params (string Name, long Bytes)[] models) : IModelLoader
{
    private readonly ConcurrentDictionary<string, int> _loads = new();
    private readonly Lock _lock = new();
    private long _bytes;

    public ModelCatalog Catalog { get; } = new(models.Select(model => new ModelDefinition(model.Name, model.Name)), models[0].Name);

    /// <summary>Called before a load with the model's name and the number of its load.</summary>
    public Func<string, int, Task> OnLoad { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called in every run with the model's name and the number of its load.</summary>
    public Action<string, int> OnRun { get; set; } = (_, _) => { };

    /// <summary>Largest size of all models in memory at one time.</summary>
    public long MostBytes { get; private set; }

    /// <summary>Size of all models in memory.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public int LoadsOf(string model) => _loads.GetValueOrDefault(model);

    public Task<FetchedModel> FetchAsync(ModelDefinition model, CancellationToken cancellationToken) =>
        Task.FromResult<FetchedModel>(new Fetched(this, model.Name, Array.FindIndex(models, one => one.Name == model.Name)));

    private void Add(long bytes)
    {
        lock (_lock)
        {
            _bytes += bytes;
            MostBytes = Math.Max(MostBytes, _bytes);
        }
    }

    private sealed class Fetched(ModelsTwin twin, string name, int index) : FetchedModel
    {
        public override ModelDescription Description { get; } = new FamilyTwin(revision: name).Description;

        public override long WeightBytes { get; } = twin.SizeOf(index);

        public override async Task<LoadedModel> LoadAsync(CancellationToken cancellationToken)
        {
            var load = twin._loads.AddOrUpdate(name, 1, (_, before) => before + 1);
            twin.Add(WeightBytes);
            try
            {
                await twin.OnLoad(name, load).WaitAsync(cancellationToken);
            }
            catch
            {
                twin.Add(-WeightBytes);
                throw;
            }

            return new LoadedModel(
                new FamilyTwin(
                    _ => twin.OnRun(name, load), logitOf: pair => (1000 * index) + pair, revision: name, onDispose: () => twin.Add(-WeightBytes)),
                LoaderTwin.Cost);
        }
    }

    private long SizeOf(int index) => models[index].Bytes;
}
