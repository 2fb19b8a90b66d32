namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>What a file without a decoder means: tokens with spaces between them.</summary>
internal sealed class JoinDecoder : TokenDecoder
{
    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<string> tokens) => string.Join(' ', tokens);
}
