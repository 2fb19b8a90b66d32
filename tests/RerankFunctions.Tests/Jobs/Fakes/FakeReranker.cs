using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>A reranker that scores a document by its length, with a duration and faults that the test sets.</summary>
internal sealed class FakeReranker(Schedule schedule) : IReranker
{
    private static readonly ModelDescription Description = new("cross-encoder", "Fake", "1", 512, "fp32", Device.Cpu);

    public int Runs { get; private set; }

    public ModelState State => new(ModelStatus.Ready, Description);

    /// <summary>Duration of a job.</summary>
    public Func<TimeSpan> Duration { get; set; } = () => TimeSpan.FromMilliseconds(100);

    /// <summary>The exception that is thrown instead of scores.</summary>
    public Func<ScoringRequest, Exception?> Faults { get; set; } = _ => null;

    /// <summary>Scores instead of the usual ones.</summary>
    public Func<ScoringRequest, PairScores>? Scores { get; set; }

    public static float Logit(string document) => document.Length - 4;

    /// <summary>The load of the model.</summary>
    public Task<ModelDescription> Loading { get; set; } = Task.FromResult(Description);

    public Task<ModelDescription> GetModelAsync(CancellationToken cancellationToken) => Loading.WaitAsync(cancellationToken);

    public async Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<int>? scored, CancellationToken cancellationToken)
    {
        Runs++;
        var half = Duration() / 2;
        await schedule.Delay(half, cancellationToken);
        scored?.Report(request.Documents.Count / 2);
        await schedule.Delay(half, cancellationToken);
        if (Faults(request) is { } fault)
        {
            throw fault;
        }

        return Scores?.Invoke(request)
            ?? new PairScores([.. request.Documents.Select(Logit)], request.Documents.Sum(document => document.Length), [], false);
    }
}
