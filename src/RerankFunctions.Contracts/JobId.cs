using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
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
        return new JobId(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Creates an id that carries a time to the millisecond and otherwise depends on the seed alone: equal arguments give the same id.</summary>
    /// <param name="time">The time.</param>
    /// <param name="seed">What the id stands for, in any number of bytes.</param>
    public static JobId Derive(DateTimeOffset time, ReadOnlySpan<byte> seed)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(seed, bytes);
        var random = BinaryPrimitives.ReadUInt128BigEndian(bytes[..16]);
        var bits = ((UInt128)(ulong)time.ToUnixTimeMilliseconds() << 80) | (random & ((UInt128.One << 80) - 1));
        bits = (bits & ~((UInt128)0xF << 76)) | ((UInt128)7 << 76);
        return new JobId((bits & ~((UInt128)0b11 << 62)) | ((UInt128)0b10 << 62));
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
