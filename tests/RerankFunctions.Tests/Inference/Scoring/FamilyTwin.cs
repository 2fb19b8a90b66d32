using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>A model that a test controls: a pair's length is its document's, its logit the index it was given.</summary>
internal sealed class FamilyTwin(Action<int[]>? onRun = null, Func<int, float>? logitOf = null) : IModelFamily
{
    private int _running;

    public ModelDescription Description { get; } = new("twin", "Twin", "0", 512, "fp32", Device.Cpu);

    public bool IsDisposed { get; private set; }

    public int RunsAtOnce { get; private set; }

    public EncodedJob Encode(ScoringRequest request, CancellationToken cancellationToken) => new Job(request.Documents);

    public void Score(EncodedJob job, ReadOnlySpan<int> pairs, Span<float> logits, CancellationToken cancellationToken)
    {
        RunsAtOnce = Math.Max(RunsAtOnce, Interlocked.Increment(ref _running));
        onRun?.Invoke(pairs.ToArray());
        for (var i = 0; i < pairs.Length; i++)
        {
            logits[i] = logitOf?.Invoke(pairs[i]) ?? pairs[i];
        }

        Interlocked.Decrement(ref _running);
    }

    public void Dispose() => IsDisposed = true;

    private sealed class Job(IReadOnlyList<string> documents) : EncodedJob
    {
        public override int Count => documents.Count;

        public override long TotalTokens => documents.Sum(document => document.Length);

        public override IReadOnlyList<int> TruncatedDocuments => [];

        public override bool QueryTruncated => false;

        public override int LengthOf(int pair) => documents[pair].Length;

        protected override void Dispose(bool disposing)
        {
            // Holds nothing.
        }
    }
}
