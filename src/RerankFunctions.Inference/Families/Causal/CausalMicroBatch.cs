namespace RerankFunctions.Inference.Families.Causal;

/// <summary>A micro-batch of a causal model.</summary>
/// <param name="session">Runs it.</param>
internal sealed class CausalMicroBatch(CausalSession session) : MicroBatch
{
    private readonly CausalInputs _inputs = session.CreateInputs();
    private CausalJob? _first;

    /// <inheritdoc/>
    protected override void Write(ReadOnlySpan<EncodedPair> pairs, int longest)
    {
        _first = (CausalJob)pairs[0].Job;
        var prefix = _first.Prefix.Length;
        _inputs.Begin(pairs.Length, longest, prefix, session.RowsPerRun(pairs.Length, longest));
        for (var row = 0; row < pairs.Length; row++)
        {
            _inputs.Write(row, ((CausalJob)pairs[row].Job)[pairs[row].Index].Span[prefix..]);
        }
    }

    /// <inheritdoc/>
    protected override void Score(Span<float> logits, CancellationToken cancellationToken) =>
        session.Score(_inputs, _first?.GetCache(session), logits, cancellationToken);
}
