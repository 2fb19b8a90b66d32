using System.Text.Json;

namespace RerankFunctions.Batches.Starting;

/// <summary>
/// Reads events about blobs as Event Grid writes them: its own schema or CloudEvents, one event or an array. The text is untrusted.
/// </summary>
internal static class DropEventReader
{
    private const string Created = "Microsoft.Storage.BlobCreated";
    private const string Containers = "/blobServices/default/containers/";
    private const string Blobs = "/blobs/";
    private const int MaxEvents = 1_000;

    /// <summary>Reads the blobs that were created.</summary>
    /// <returns>The blobs, none for events of other kinds; null when the text is no such event.</returns>
    public static IReadOnlyList<BlobPath>? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Object => ReadEvent(document.RootElement),
                JsonValueKind.Array when document.RootElement.GetArrayLength() <= MaxEvents => ReadEvents(document.RootElement),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or half a surrogate pair.
            return null;
        }
    }

    private static List<BlobPath>? ReadEvents(JsonElement events)
    {
        var blobs = new List<BlobPath>();
        foreach (var element in events.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object || ReadEvent(element) is not { } read)
            {
                return null;
            }

            blobs.AddRange(read);
        }

        return blobs;
    }

    private static IReadOnlyList<BlobPath>? ReadEvent(JsonElement element)
    {
        var type = TextOf(element, "eventType") ?? TextOf(element, "type");
        if (type is null || TextOf(element, "subject") is not { } subject)
        {
            return null;
        }

        // A hierarchical namespace announces the empty file before its content.
        var isEmptyFile = element.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && TextOf(data, "api") == "CreateFile";
        return type != Created || isEmptyFile ? [] : FindBlob(subject) is { } blob ? [blob] : null;
    }

    private static BlobPath? FindBlob(string subject)
    {
        if (!subject.StartsWith(Containers, StringComparison.Ordinal))
        {
            return null;
        }

        var path = subject[Containers.Length..];
        var end = path.IndexOf(Blobs, StringComparison.Ordinal);
        var name = end < 0 ? "" : path[(end + Blobs.Length)..];
        return end > 0 && name.Length > 0 ? new BlobPath(path[..end], name) : null;
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>A blob by name.</summary>
/// <param name="Container">Its container.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct BlobPath(string Container, string Name);
