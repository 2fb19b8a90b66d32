using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>A decoder of a type that this library does not know.</summary>
/// <param name="type">The type, for the error.</param>
internal sealed class UnknownDecoder(string type) : TokenDecoder
{
    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<string> tokens) =>
        throw new NotSupportedException($"The decoder of the tokenizer's file has an unknown type: {JsonPart.Shown(type)}.");
}
