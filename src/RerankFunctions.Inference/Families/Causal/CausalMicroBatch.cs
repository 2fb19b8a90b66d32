namespace RerankFunctions.Inference.Families.Causal;

/// <summary>A micro-batch of a causal model.</summary>
/// <param name="session">Runs it.</param>
/// <param name="prefixes">Keys and values of prefixes.</param>
internal sealed class CausalMicroBatch(CausalSession session, PrefixCache prefixes) : MicroBatch
{
    private readonly CausalInputs _inputs = session.CreateInputs();
    private TokenPrefix _prefix = TokenPrefix.Empty;

    /// <inheritdoc/>
    protected override void Write(ReadOnlySpan<EncodedPair> pairs, int longest)
    {
        _prefix = pairs[0].Job.Prefix;
        _inputs.Begin(pairs.Length, longest, _prefix.Length, session.RowsPerRun(pairs.Length, longest));
        for (var row = 0; row < pairs.Length; row++)
        {
            _inputs.Write(row, ((CausalJob)pairs[row].Job)[pairs[row].Index].Span[_prefix.Length..]);
        }
    }

    /// <inheritdoc/>
    protected override void Score(Span<float> logits)
    {
        var misses = prefixes.Misses;
        var values = prefixes.Get(_prefix);
        ComputedPrefix = values is null ? null : prefixes.Misses > misses;
        session.Score(_inputs, values, logits);
    }
}
