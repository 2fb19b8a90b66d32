using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>Turns tokens back into text by the file's <c>decoder</c>.</summary>
internal abstract class TokenDecoder
{
    /// <summary>Returns the text of tokens, which are given by their content.</summary>
    /// <exception cref="NotSupportedException">The file's decoder is unknown.</exception>
    public abstract string Decode(IReadOnlyList<string> tokens);

    /// <summary>Reads the <c>decoder</c> part. Without one, tokens are joined with spaces. An unknown one cannot decode; it does not change ids.</summary>
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
            _ => new UnknownDecoder(type),
        };
    }
}
