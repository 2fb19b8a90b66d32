using System.Text;
using RerankFunctions.Tokenizers.Bpe;

namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>Turns the byte alphabet back into bytes and the bytes into text. Invalid UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : TokenDecoder
{
    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            var spelled = new byte[token.Length];
            bytes.AddRange(ByteAlphabet.TryRead(token, spelled) ? spelled : Encoding.UTF8.GetBytes(token));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
