using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>
/// The id of a job: a UUID version 7 (RFC 9562), written as 26 characters of lower-case Crockford base32. Ids sort by the time of
/// their creation and need no escaping in URLs, blob names and file names.
/// </summary>
[JsonConverter(typeof(JobIdJsonConverter))]
public readonly record struct JobId
{
    private const int Length = 26;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly UInt128 _bits;

    private JobId(UInt128 bits) => _bits = bits;

    /// <summary>Creates an id that carries the clock's time to the millisecond.</summary>
    public static JobId Create(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(time.GetUtcNow()).TryWriteBytes(bytes, bigEndian: true, out _);
        return new JobId(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>The time that the id carries, to the millisecond: that of the clock that created it.</summary>
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds((long)(ulong)(_bits >> 80));

    /// <summary>Parses an id. It accepts only the form that <see cref="ToString"/> writes: no upper case, no look-alike letters.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobId id)
    {
        id = default;
        if (text is not { Length: Length } || text[0] > '7')
        {
            return false;
        }

        UInt128 bits = 0;
        foreach (var character in text)
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            bits = (bits << 5) | (uint)digit;
        }

        var isVersion7 = ((bits >> 76) & 0xF) == 7 && ((bits >> 62) & 0b11) == 0b10;
        if (isVersion7)
        {
            id = new JobId(bits);
        }

        return isVersion7;
    }

    /// <summary>Returns the 26 characters.</summary>
    public override string ToString() => string.Create(Length, _bits, static (characters, bits) =>
    {
        for (var position = Length - 1; position >= 0; position--)
        {
            characters[position] = Alphabet[(int)(uint)(bits & 31)];
            bits >>= 5;
        }
    });
}

/// <summary>Converts a <see cref="JobId"/> to and from its 26 characters.</summary>
public sealed class JobIdJsonConverter : JsonConverter<JobId>
{
    /// <inheritdoc />
    public override JobId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && JobId.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException("Not a valid job id.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, JobId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
