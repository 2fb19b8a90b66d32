namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>A micro-batch of an encoder.</summary>
/// <param name="session">Runs it.</param>
internal sealed class EncoderMicroBatch(EncoderSession session) : MicroBatch
{
    private readonly EncoderInputs _inputs = new(session.Layout);

    /// <inheritdoc/>
    protected override void Write(ReadOnlySpan<EncodedPair> pairs, int longest) => _inputs.Write(pairs, longest);

    /// <inheritdoc/>
    protected override void Score(Span<float> logits) => session.Score(_inputs, logits);
}
