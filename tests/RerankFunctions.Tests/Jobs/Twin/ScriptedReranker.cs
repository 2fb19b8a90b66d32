using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.Jobs.Twin;

/// <summary>Scores a document by its length, after a time and with faults that the test sets.</summary>
internal sealed class ScriptedReranker(Schedule schedule) : IReranker
{
    private static readonly ModelDescription Description = new("cross-encoder", "Twin", "1", 512, "fp32", Device.Cpu);

    public int Runs { get; private set; }

    public ModelState State => new(ModelStatus.Ready, Description);

    /// <summary>How long a job takes.</summary>
    public Func<TimeSpan> Duration { get; set; } = () => TimeSpan.FromMilliseconds(100);

    /// <summary>What is thrown instead of scores.</summary>
    public Func<ScoringRequest, Exception?> Faults { get; set; } = _ => null;

    /// <summary>Scores other than the usual ones.</summary>
    public Func<ScoringRequest, PairScores>? Scores { get; set; }

    public static float Logit(string document) => document.Length - 4;

    public Task<ModelDescription> GetModelAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Description);

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
