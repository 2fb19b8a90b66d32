using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace RerankFunctions.Contracts;

/// <summary>Checks untrusted JSON: UTF-8 only, no comments, nothing after the end, no duplicate key at any depth, bounded nesting and objects.</summary>
internal static class JsonBody
{
    private const int MaxDepth = 32;
    private const int MaxMembers = 10_000;
    private const int DecodedCharacters = 4096;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks a body and creates a reader at the start of its object.</summary>
    /// <param name="contentType">The request's Content-Type header.</param>
    /// <param name="body">The body.</param>
    /// <param name="maxBytes">Maximum size of the body.</param>
    /// <exception cref="ProblemException">400, 413, 415, or 422 where the body is no object.</exception>
    public static Utf8JsonReader OpenObject(string? contentType, ReadOnlySequence<byte> body, int maxBytes)
    {
        EnsureJson(contentType);
        if (body.Length > maxBytes)
        {
            throw new ProblemException(Problem.BodyTooLarge(maxBytes));
        }

        Check(body);
        return OpenChecked(body);
    }

    /// <summary>Creates a reader at the start of the object of a body, or a part of one, that <see cref="Check"/> has passed.</summary>
    /// <exception cref="ProblemException">422: the body is no object.</exception>
    public static Utf8JsonReader OpenChecked(ReadOnlySequence<byte> body)
    {
        var reader = CreateReader(body);
        reader.Read();
        return reader.TokenType == JsonTokenType.StartObject
            ? reader
            : throw new ProblemException(Problem.InvalidFields([new FieldError("", "must be an object")]));
    }

    /// <summary>Checks a whole body and keeps nothing of it. Reading a checked body fails on half a surrogate pair in a value only.</summary>
    /// <exception cref="ProblemException">400: the message says what is wrong and where, and quotes nothing.</exception>
    public static void Check(ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
        {
            throw new ProblemException(Problem.Malformed("malformed_json", "The body is empty; it must be JSON."));
        }

        if (!IsUtf8(body))
        {
            throw new ProblemException(Problem.Malformed("invalid_utf8", "The body is not valid UTF-8."));
        }

        try
        {
            CheckTokens(CreateReader(body));
        }
        catch (JsonException exception)
        {
            // The exception's message quotes the body.
            throw new ProblemException(Problem.Malformed(
                "malformed_json",
                FormattableString.Invariant($"The body is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.")));
        }
    }

    /// <summary>Creates a reader at the start of a body.</summary>
    public static Utf8JsonReader CreateReader(ReadOnlySequence<byte> body) => new(body, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });

    /// <summary>Returns the text of a string or a property's name.</summary>
    /// <exception cref="ProblemException">400: an escape is half a surrogate pair, which is not valid Unicode.</exception>
    public static string ReadText(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? throw new InvalidOperationException("The token is null.");
        }
        catch (InvalidOperationException) when (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
        {
            throw new ProblemException(Problem.Malformed("invalid_escape", "The body is not valid JSON: a \\u escape is half a surrogate pair."));
        }
    }

    private static void CheckTokens(Utf8JsonReader reader)
    {
        var names = new MemberNames[MaxDepth];
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= MaxDepth:
                    throw new ProblemException(Problem.Malformed(
                        "too_deep", FormattableString.Invariant($"The body is nested deeper than {MaxDepth} levels.")));
                case JsonTokenType.StartObject:
                    names[reader.CurrentDepth] = default;
                    break;
                case JsonTokenType.PropertyName:
                    names[reader.CurrentDepth - 1].Add(ReadText(reader));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Checks the type of a body.</summary>
    /// <exception cref="ProblemException">415: the type is not JSON in UTF-8.</exception>
    private static void EnsureJson(string? contentType)
    {
        var isJson = MediaTypeHeaderValue.TryParse(contentType, out var type)
            && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isJson)
        {
            throw new ProblemException(Problem.UnsupportedMediaType());
        }
    }

    private static bool IsUtf8(ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            return Utf8.IsValid(body.FirstSpan);
        }

        var decoder = Strict.GetDecoder();
        Span<char> characters = new char[DecodedCharacters];
        try
        {
            foreach (var segment in body)
            {
                for (var bytes = segment.Span; !bytes.IsEmpty;)
                {
                    decoder.Convert(bytes, characters, flush: false, out var used, out _, out _);
                    bytes = bytes[used..];
                }
            }

            decoder.Convert([], characters, flush: true, out _, out _, out _);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The names of an object's members. Most objects have one, which needs no set.</summary>
    private struct MemberNames
    {
        private string? _first;
        private HashSet<string>? _all;

        public void Add(string name)
        {
            if (_first is null)
            {
                _first = name;
                return;
            }

            _all ??= new HashSet<string>(StringComparer.Ordinal) { _first };
            if (!_all.Add(name))
            {
                throw new ProblemException(Problem.Malformed("duplicate_key", "The body is not valid JSON for this API: an object has a duplicate key."));
            }

            if (_all.Count > MaxMembers)
            {
                throw new ProblemException(Problem.Malformed(
                    "too_many_keys", FormattableString.Invariant($"The body is not valid JSON for this API: an object has more than {MaxMembers:N0} keys.")));
            }
        }
    }
}
