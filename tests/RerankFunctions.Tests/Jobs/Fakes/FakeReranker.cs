using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>A reranker that scores a document by its length, with a duration and faults that the test sets.</summary>
internal sealed class FakeReranker(Schedule schedule) : IReranker
{
    private static readonly ModelDescription Description = new("cross-encoder", "Fake", "1", 512, "fp32", Device.Cpu);

    public int Runs { get; private set; }

    /// <summary>Number of pairs that were scored, without those that the requests brought along.</summary>
    public int ScoredPairs { get; private set; }

    public ModelState State { get; set; } = new(ModelStatus.Ready, Description);

    public ModelState StateOf(string? model) => State;

    /// <summary>Duration of a job.</summary>
    public Func<TimeSpan> Duration { get; set; } = () => TimeSpan.FromMilliseconds(100);

    /// <summary>The exception that is thrown instead of scores.</summary>
    public Func<ScoringRequest, Exception?> Faults { get; set; } = _ => null;

    /// <summary>Scores instead of the usual ones.</summary>
    public Func<ScoringRequest, PairScores>? Scores { get; set; }

    public static float Logit(string document) => document.Length - 4;

    /// <summary>Called when the work on a request is cancelled.</summary>
    public Action<ScoringRequest>? Cancelled { get; set; }

    private async Task DelayAsync(ScoringRequest request, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await schedule.Delay(delay, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled?.Invoke(request);
            throw;
        }
    }

    private static PairScore ScoreOf(int index, string document) => new(index, Logit(document), document.Length, false, false);

    /// <summary>The load of the model.</summary>
    public Task<ModelDescription> Loading { get; set; } = Task.FromResult(Description);

    /// <summary>Name of the only model that is served; null for any.</summary>
    public string? Served { get; set; }

    public Task<ModelDescription> GetModelAsync(string? model, CancellationToken cancellationToken) => Served is null || model == Served
        ? Loading.WaitAsync(cancellationToken)
        : Task.FromException<ModelDescription>(new ModelLoadException("The model is not served here.") { Code = ModelFailureCodes.NotServed });

    public async Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        Runs++;
        var half = Duration() / 2;
        await DelayAsync(request, half, cancellationToken);
        var known = request.Known.Select(pair => pair.Document).ToHashSet();
        var missing = Enumerable.Range(0, request.Documents.Count).Where(index => !known.Contains(index)).ToList();
        ScoredPairs += missing.Count;
        scored?.Report([.. missing.Take((missing.Count + 1) / 2).Select(index => ScoreOf(index, request.Documents[index]))]);
        await DelayAsync(request, half, cancellationToken);
        if (Faults(request) is { } fault)
        {
            throw fault;
        }

        return Scores?.Invoke(request)
            ?? new PairScores([.. request.Documents.Select(Logit)], request.Documents.Sum(document => document.Length), [], false);
    }
}
