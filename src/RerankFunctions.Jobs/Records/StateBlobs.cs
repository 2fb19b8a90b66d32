using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Records;

/// <summary>The blobs that hold one kind of state. Each answer of storage sets the clock.</summary>
/// <param name="blobs">The container.</param>
/// <param name="clock">Storage's clock.</param>
/// <param name="reads">How a state is read.</param>
/// <param name="writes">How a state is written.</param>
/// <param name="currentVersion">Newest version of the state's form that this app reads.</param>
public sealed class StateBlobs<T>(IBlobStore blobs, StorageClock clock, JsonTypeInfo<T> reads, JsonTypeInfo<T> writes, int currentVersion)
    where T : SwappedState
{
    /// <summary>Reads a state.</summary>
    /// <param name="name">Name of the blob.</param>
    /// <param name="known">The state as last read, which is returned when it has not changed; null to read whatever is stored.</param>
    /// <param name="belongs">Whether a state is the one that a blob of this name may hold.</param>
    /// <param name="unreadable">Reports a blob that does not hold such a state.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The state, or null when there is none or it is not readable.</returns>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public async Task<Versioned<T>?> ReadAsync(
        string name, Versioned<T>? known, Func<T, bool> belongs, Action unreadable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(belongs);
        ArgumentNullException.ThrowIfNull(unreadable);
        BlobReading reading;
        try
        {
            reading = await blobs.ReadAsync(name, known?.ETag, cancellationToken);
        }
        catch (InvalidDataException)
        {
            unreadable();
            return null;
        }

        clock.Set(reading.Time);
        if (reading.IsUnchanged)
        {
            return known;
        }

        if (!reading.IsFound)
        {
            return null;
        }

        if (FormatVersion.Read(reading.Content.Span) is { } version && version > currentVersion)
        {
            throw new NewerVersionException(version, currentVersion);
        }

        if (Parse(reading.Content.Span) is { } state && belongs(state))
        {
            return new Versioned<T>(state, reading.ETag);
        }

        unreadable();
        return null;
    }

    /// <summary>Writes a first state, or the next one in place of a stored one that has not changed since it was read.</summary>
    /// <param name="name">Name of the blob.</param>
    /// <param name="current">The state to replace; null to write a first state.</param>
    /// <param name="next">The state to write.</param>
    /// <param name="metadata">What lists tell of the blob; null for nothing.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The written state, or null when another state is stored and nothing was written.</returns>
    public async Task<Versioned<T>?> WriteAsync(
        string name, Versioned<T>? current, T next, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(next, writes);
        var writing = current is null
            ? await blobs.CreateAsync(name, content, metadata, cancellationToken)
            : await blobs.ReplaceAsync(name, content, metadata, current.ETag, cancellationToken);
        clock.Set(writing.Time);
        return writing.IsWritten ? new Versioned<T>(next, writing.ETag) : null;
    }

    private T? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, reads);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
