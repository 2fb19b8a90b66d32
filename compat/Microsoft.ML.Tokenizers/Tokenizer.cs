using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>The part of the package's base class that tokenizers here build on: encoding to ids and tokens, counting, decoding.</summary>
public abstract class Tokenizer
{
    /// <summary>Encodes a text to ids.</summary>
    public IReadOnlyList<int> EncodeToIds(string text, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeToIds(text, text, Settings(considerPreTokenization, considerNormalization)).Tokens;
    }

    /// <inheritdoc cref="EncodeToIds(string, bool, bool)"/>
    public IReadOnlyList<int> EncodeToIds(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        EncodeToIds(null, text, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>Encodes a text to tokens with their offsets.</summary>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        string text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var results = EncodeToTokens(text, text, Settings(considerPreTokenization, considerNormalization));
        normalizedText = results.NormalizedText;
        return results.Tokens;
    }

    /// <summary>Counts the tokens of a text.</summary>
    public int CountTokens(string text, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return CountTokens(text, text, Settings(considerPreTokenization, considerNormalization));
    }

    /// <summary>Decodes ids to text.</summary>
    public virtual string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var list = ids as IReadOnlyCollection<int> ?? [.. ids];
        for (var size = Math.Max(64, list.Count * 8); ; size *= 2)
        {
            var buffer = ArrayPool<char>.Shared.Rent(size);
            try
            {
                switch (Decode(list, buffer, out _, out var written))
                {
                    case OperationStatus.Done:
                        return new string(buffer, 0, written);
                    case OperationStatus.DestinationTooSmall:
                        break;
                    default:
                        throw new InvalidOperationException("An id is not in the vocabulary.");
                }
            }
            finally
            {
                ArrayPool<char>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Decodes ids into a buffer.</summary>
    public abstract OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten);

    /// <summary>Encodes a text to tokens; either the string or the span is given.</summary>
    protected abstract EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);

    /// <summary>Encodes a text to ids; either the string or the span is given.</summary>
    protected virtual EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var results = EncodeToTokens(text, textSpan, settings);
        var ids = new int[results.Tokens.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = results.Tokens[i].Id;
        }

        return new EncodeResults<int> { Tokens = ids, NormalizedText = results.NormalizedText, CharsConsumed = results.CharsConsumed };
    }

    /// <summary>Counts the tokens of a text; either the string or the span is given.</summary>
    protected virtual int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        EncodeToTokens(text, textSpan, settings).Tokens.Count;

    private static EncodeSettings Settings(bool preTokenization, bool normalization) =>
        new() { ConsiderPreTokenization = preTokenization, ConsiderNormalization = normalization };
}
