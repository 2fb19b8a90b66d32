using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>Writes a <see cref="JobId"/> as its 26 characters and reads nothing else.</summary>
public sealed class JobIdJsonConverter : JsonConverter<JobId>
{
    /// <inheritdoc />
    public override JobId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && JobId.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException("This is no job id.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, JobId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
