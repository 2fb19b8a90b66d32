using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Documents;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>A model that a test controls: a pair's length is its document's, its logit its index.</summary>
/// <param name="onRun">Called in every run with its pairs.</param>
/// <param name="onPrepare">Called whenever a micro-batch is prepared.</param>
/// <param name="logitOf">Logit of a pair by its index.</param>
/// <param name="revision">Identifies the model.</param>
/// <param name="onDispose">Called when the model is freed.</param>
internal sealed class FamilyTwin(
    Action<EncodedPair[]>? onRun = null, Action? onPrepare = null, Func<int, float>? logitOf = null, string revision = "0", Action? onDispose = null)
    : IModelFamily
{
    private int _running;

    public ModelDescription Description { get; } = new("twin", "Twin", revision, 512, "fp32", Device.Cpu);

    public bool IsDisposed { get; private set; }

    public int Runs { get; private set; }

    /// <summary>Documents that were cut.</summary>
    public List<string> Cuts { get; } = [];

    public int RunsAtOnce { get; private set; }

    /// <summary>Returns the query of a pair.</summary>
    public static string QueryOf(EncodedPair pair) => ((Job)pair.Job).Query;

    public EncodedJob Encode(ScoringRequest request, CancellationToken cancellationToken) => new Job(request.Query, request.Documents);

    public DocumentChunks[] Cut(ScoringRequest request, int maxChunks, CancellationToken cancellationToken)
    {
        Cuts.AddRange(request.Documents);
        return [.. request.Documents.Select(document => new DocumentChunks([new TextRange(0, document.Length)], IsTruncated: false))];
    }

    public MicroBatch CreateMicroBatch() => new Batch(this);

    public void Dispose()
    {
        IsDisposed = true;
        onDispose?.Invoke();
    }

    private void Run(EncodedPair[] pairs, Span<float> logits)
    {
        Runs++;
        RunsAtOnce = Math.Max(RunsAtOnce, Interlocked.Increment(ref _running));
        onRun?.Invoke(pairs);
        for (var i = 0; i < pairs.Length; i++)
        {
            logits[i] = logitOf?.Invoke(pairs[i].Index) ?? pairs[i].Index;
        }

        Interlocked.Decrement(ref _running);
    }

    private sealed class Batch(FamilyTwin twin) : MicroBatch
    {
        private EncodedPair[] _pairs = [];

        protected override void Write(ReadOnlySpan<EncodedPair> pairs, int longest)
        {
            _pairs = pairs.ToArray();
            twin.Prepared();
        }

        protected override void Score(Span<float> logits) => twin.Run(_pairs, logits);
    }

    private void Prepared() => onPrepare?.Invoke();

    private sealed class Job(string query, IReadOnlyList<string> documents) : EncodedJob
    {
        public string Query => query;

        public override int Count => documents.Count;

        public override int LengthOf(int pair) => documents[pair].Length;

        public override int TokensOf(int pair) => documents[pair].Length;

        public override bool IsTruncated(int pair) => false;

        public override bool IsQueryTruncated(int pair) => false;

        protected override void Dispose(bool disposing)
        {
            // Holds nothing.
        }
    }
}
