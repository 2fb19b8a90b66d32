using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>Turns tokens back to text, as the file's <c>decoder</c> says.</summary>
internal abstract class TokenDecoder
{
    /// <summary>The text of tokens, given by their content in the vocabulary.</summary>
    public abstract string Decode(IReadOnlyList<string> tokens);

    /// <summary>Reads the <c>decoder</c> part; without one, tokens are joined by spaces.</summary>
    public static TokenDecoder Read(JsonPart? part)
    {
        if (part is not { } decoder)
        {
            return new JoinDecoder();
        }

        var type = decoder.Type();
        return type switch
        {
            "ByteLevel" => new ByteLevelDecoder(),
            "WordPiece" => WordPieceDecoder.Create(decoder),
            "Metaspace" => MetaspaceDecoder.Create(decoder),
            _ => throw decoder.Error($"is of a type that is not known: {JsonPart.Shown(type)}."),
        };
    }
}
