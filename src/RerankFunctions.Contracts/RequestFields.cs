using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>The fields of a request's body. It checks types strictly, treats null as absent and collects the errors.</summary>
internal sealed class RequestFields(JsonElement body)
{
    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> Errors => _errors;

    public void Report(string path, string message) => _errors.Add(new FieldError(path, message));

    public bool TryGet(string name, out JsonElement value) =>
        body.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    public string? Text(string name, int maxCharacters)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Report($"/{name}", "must be a string");
            return null;
        }

        var text = JsonBody.ReadText(value);
        ReportLength($"/{name}", text, maxCharacters);
        return text;
    }

    public int? Integer(string name, int min, int max)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Report($"/{name}", FormattableString.Invariant($"must be an integer from {min} to {max}"));
        return null;
    }

    public bool Flag(string name)
    {
        if (!TryGet(name, out var value))
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Report($"/{name}", "must be true or false");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    public void ReportLength(string path, string text, int maxCharacters)
    {
        if (text.Length > maxCharacters)
        {
            Report(path, FormattableString.Invariant($"must not be longer than {maxCharacters:N0} characters"));
        }
    }
}
