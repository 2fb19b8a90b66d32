using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Graphs.Quantization;

/// <summary>The demo model, built from safetensors once for all tests of a class: in floats and in 8 bits.</summary>
public sealed class BuiltDemo : IDisposable
{
    private readonly TemporaryFolder _folder = DemoSafetensors.Create();
    private readonly Lazy<float[][]> _logits;

    public BuiltDemo()
    {
        Floats = ModelFamilies.Load(TestModel.Context(_folder.Path, "fp32"));
        Quantized = ModelFamilies.Load(TestModel.Context(_folder.Path, "int8"));
        _logits = new(() => [.. Goldens.Select(job => Score(Floats, job.Key, [.. job.Select(golden => golden.Document)]))]);
    }

    internal IModelFamily Floats { get; }

    internal IModelFamily Quantized { get; }

    /// <summary>The goldens by query.</summary>
    internal ILookup<string, ModelGolden> Goldens { get; } =
        ModelGolden.Read(TestModel.Demo).ToLookup(golden => golden.Query, StringComparer.Ordinal);

    /// <summary>Logits in floats of each query's documents, in the order of <see cref="Goldens"/>.</summary>
    internal IReadOnlyList<float[]> Logits => _logits.Value;

    /// <summary>Scores documents in one micro-batch.</summary>
    internal static float[] Score(IModelFamily family, string query, params string[] documents)
    {
        using var job = family.Encode(new ScoringRequest(query, documents), CancellationToken.None);
        return TestModel.Score(family, job, [.. Enumerable.Range(0, job.Count)]);
    }

    public void Dispose()
    {
        Floats.Dispose();
        Quantized.Dispose();
        _folder.Dispose();
    }
}
