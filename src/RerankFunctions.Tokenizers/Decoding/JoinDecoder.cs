namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>The decoder of a file without one: joins tokens with spaces.</summary>
internal sealed class JoinDecoder : TokenDecoder
{
    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<string> tokens) => string.Join(' ', tokens);
}
