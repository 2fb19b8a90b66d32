using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>
/// The id of a batch: <c>batch_</c> and 26 characters as those of a <see cref="JobId"/>. It is derived from the input's version, so that a version has one
/// batch however often it is announced. Ids sort by the time at which the input was written.
/// </summary>
[JsonConverter(typeof(BatchIdJsonConverter))]
public readonly record struct BatchId
{
    private const string Prefix = "batch_";

    private readonly JobId _id;

    private BatchId(JobId id) => _id = id;

    /// <summary>Returns the id of the batch of a version of a blob.</summary>
    /// <param name="container">The blob's container.</param>
    /// <param name="name">The blob's name.</param>
    /// <param name="eTag">The version's ETag.</param>
    /// <param name="writtenAt">When the version was written, by storage's clock.</param>
    public static BatchId Of(string container, string name, string eTag, DateTimeOffset writtenAt) =>
        new(JobId.Derive(writtenAt, Encoding.UTF8.GetBytes($"{container}\n{name}\n{eTag}")));

    /// <summary>Returns the id of a line's job.</summary>
    /// <param name="line">Number of the line in the input, from 1.</param>
    public JobId JobOf(long line)
    {
        Span<byte> seed = stackalloc byte[16 + sizeof(long)];
        Encoding.ASCII.GetBytes(_id.ToString().AsSpan(10), seed);
        BinaryPrimitives.WriteInt64BigEndian(seed[16..], line);
        return JobId.Derive(_id.CreatedAt, seed);
    }

    /// <summary>Parses an id. It accepts only the form that <see cref="ToString"/> writes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BatchId id)
    {
        var isId = JobId.TryParse(text?.StartsWith(Prefix, StringComparison.Ordinal) == true ? text[Prefix.Length..] : null, out var inner);
        id = new BatchId(inner);
        return isId;
    }

    /// <summary>Returns the prefix and the 26 characters.</summary>
    public override string ToString() => $"{Prefix}{_id}";
}

/// <summary>Converts a <see cref="BatchId"/> to and from its text.</summary>
public sealed class BatchIdJsonConverter : JsonConverter<BatchId>
{
    /// <inheritdoc />
    public override BatchId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && BatchId.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException("Not a valid batch id.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, BatchId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
