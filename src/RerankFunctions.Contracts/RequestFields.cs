using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>The scalar fields of a request's body. It checks types strictly, treats null as absent and collects the errors.</summary>
/// <param name="takesTextFlags">Whether the strings <c>true</c> and <c>false</c> are flags, too.</param>
internal sealed class RequestFields(bool takesTextFlags = false)
{
    private readonly Dictionary<string, Field> _fields = new(StringComparer.Ordinal);
    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>Reads the value at the reader's position. Of an array or object it keeps the type only.</summary>
    public void Read(string name, ref Utf8JsonReader reader)
    {
        var field = new Field(reader.TokenType);
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return;
            case JsonTokenType.String:
                field = field with { Text = JsonBody.ReadText(reader) };
                break;
            case JsonTokenType.Number when reader.TryGetInt32(out var number):
                field = field with { Integer = number };
                break;
            default:
                reader.Skip();
                break;
        }

        _fields.Add(name, field);
    }

    public void Report(string path, string message) => _errors.Add(new FieldError(path, message));

    public void Report(IEnumerable<FieldError> errors) => _errors.AddRange(errors);

    public bool Has(string name) => _fields.ContainsKey(name);

    public string? Text(string name, int maxCharacters)
    {
        if (!_fields.TryGetValue(name, out var field))
        {
            return null;
        }

        if (field.Text is not { } text)
        {
            Report($"/{name}", "must be a string");
            return null;
        }

        if (text.Length > maxCharacters)
        {
            Report($"/{name}", TooLong(maxCharacters));
        }

        return text;
    }

    public int? Integer(string name, int min, int max)
    {
        if (!_fields.TryGetValue(name, out var field))
        {
            return null;
        }

        if (field.Integer is { } number && number >= min && number <= max)
        {
            return number;
        }

        Report($"/{name}", FormattableString.Invariant($"must be an integer from {min} to {max}"));
        return null;
    }

    public bool Flag(string name) => OptionalFlag(name) ?? false;

    /// <returns>Null where the field is absent or wrong.</returns>
    public bool? OptionalFlag(string name)
    {
        if (!_fields.TryGetValue(name, out var field))
        {
            return null;
        }

        switch (field)
        {
            case { Type: JsonTokenType.True }:
            case { Text: "true" } when takesTextFlags:
                return true;
            case { Type: JsonTokenType.False }:
            case { Text: "false" } when takesTextFlags:
                return false;
            default:
                Report($"/{name}", "must be true or false");
                return null;
        }
    }

    public static string TooLong(int maxCharacters) => FormattableString.Invariant($"must not be longer than {maxCharacters:N0} characters");

    private readonly record struct Field(JsonTokenType Type, string? Text = null, int? Integer = null);
}
