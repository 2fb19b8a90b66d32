using System.Text.Json;
using System.Text.Unicode;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Lines;

/// <summary>
/// Reads what a line says about its job, in either form: <c>{"custom_id","method","url","body"}</c>, where <c>body</c> is the request, or a request
/// with a <c>custom_id</c> beside its fields. It copies nothing: the request is a part of the line.
/// </summary>
internal static class JobLineParser
{
    /// <summary>Maximum number of characters of a <c>custom_id</c>.</summary>
    public const int MaxCustomIdCharacters = 512;

    private const int MaxDepth = 64;
    private static readonly string[] Routes = ["/v1/rerank", "/v2/rerank", "/rerank", "/v1/jobs"];

    /// <summary>Parses a line.</summary>
    /// <param name="number">Number of the line, from 1.</param>
    /// <param name="line">The line without its end.</param>
    public static JobLine Parse(long number, ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
        {
            return new JobLine(number, null, default, Problem.Malformed("invalid_utf8", "The line is not valid UTF-8."));
        }

        try
        {
            var members = Members.Read(line);
            return new JobLine(number, members.CustomId, members.Problem is null ? members.Body ?? line : default, members.Problem);
        }
        catch (JsonException exception)
        {
            // The exception's message quotes the line.
            return new JobLine(number, null, default, Problem.Malformed(
                "malformed_json", FormattableString.Invariant($"The line is not valid JSON: byte {exception.BytePositionInLine + 1}.")));
        }
    }

    /// <summary>The members of a line that are not those of the request.</summary>
    private sealed class Members
    {
        private readonly List<FieldError> _errors = [];
        private readonly HashSet<string> _seen = [];
        private bool _isDuplicate;

        public string? CustomId { get; private set; }

        public ReadOnlyMemory<byte>? Body { get; private set; }

        public Problem? Problem =>
            _isDuplicate ? Problem.Malformed("duplicate_key", "The line is not valid JSON for this API: it has a duplicate key.")
            : _errors.Count > 0 ? Problem.InvalidFields(_errors)
            : null;

        public static Members Read(ReadOnlyMemory<byte> line)
        {
            var reader = new Utf8JsonReader(line.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            var members = new Members();
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    members.ReadMember(ref reader, line);
                }
            }
            else
            {
                members._errors.Add(new FieldError("", "must be an object"));
                reader.Skip();
            }

            if (members.Body is null && (members._seen.Contains("method") || members._seen.Contains("url")))
            {
                members._errors.Add(new FieldError("/body", "is required beside method and url"));
            }

            // Reading on past the end throws when more text follows.
            reader.Read();
            return members;
        }

        private void ReadMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> line)
        {
            var name = reader.ValueTextEquals("custom_id"u8) ? "custom_id"
                : reader.ValueTextEquals("method"u8) ? "method"
                : reader.ValueTextEquals("url"u8) ? "url"
                : reader.ValueTextEquals("body"u8) ? "body"
                : null;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (name is null)
            {
                reader.Skip();
                return;
            }

            _isDuplicate |= !_seen.Add(name);
            var text = TextOf(reader);
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            switch (name)
            {
                case "custom_id" when text is { Length: > 0 and <= MaxCustomIdCharacters }:
                    CustomId = text;
                    break;
                case "custom_id" when !isNull:
                    _errors.Add(new FieldError("/custom_id", FormattableString.Invariant($"must be a string of 1 to {MaxCustomIdCharacters} characters")));
                    break;
                case "method" when !isNull && text != "POST":
                    _errors.Add(new FieldError("/method", "must be \"POST\""));
                    break;
                case "url" when !isNull && !Routes.Contains(text):
                    _errors.Add(new FieldError("/url", $"must be one of {string.Join(", ", Routes)}"));
                    break;
                case "body":
                    Body = line[start..(int)reader.BytesConsumed];
                    break;
                default:
                    break;
            }
        }

        private static string? TextOf(in Utf8JsonReader reader)
        {
            try
            {
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                // An escape that is half a surrogate pair is not valid text.
                return null;
            }
        }
    }
}
