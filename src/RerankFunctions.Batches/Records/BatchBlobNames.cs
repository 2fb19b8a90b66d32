using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Records;

/// <summary>Names of the blobs of batches in the app's container.</summary>
internal static class BatchBlobNames
{
    /// <summary>Start of the names of states.</summary>
    public const string States = "batches/";

    /// <summary>Start of the names of markers.</summary>
    public const string Markers = "active-batches/";

    /// <summary>Start of the names of what a batch needs until it ends.</summary>
    public const string Work = "batch-work/";

    /// <summary>Start of the names of claims on outputs.</summary>
    public const string Claims = "batch-outputs/";

    /// <summary>Name of what the sweep of drops remembers.</summary>
    public const string Drops = "batch-drops.json";

    private const string StateEnd = ".json";

    /// <summary>Returns the name of a batch's state.</summary>
    public static string State(BatchId id) => $"{States}{id}{StateEnd}";

    /// <summary>Returns the name of a batch's marker.</summary>
    public static string Marker(BatchId id) => $"{Markers}{id}";

    /// <summary>Returns the start of the names of what a batch needs until it ends.</summary>
    public static string WorkOf(BatchId id) => $"{Work}{id}/";

    /// <summary>Returns the name of a list of chunks.</summary>
    public static string Chunks(BatchId id, int page) => string.Create(CultureInfo.InvariantCulture, $"{WorkOf(id)}chunks/{page:D5}.json");

    /// <summary>Returns the name of the text of a chunk of a compressed input.</summary>
    public static string Text(BatchId id, int chunk) => string.Create(CultureInfo.InvariantCulture, $"{WorkOf(id)}texts/{chunk:D5}.jsonl");

    /// <summary>Returns the name of the claim on an output.</summary>
    public static string Claim(string container, string name) =>
        $"{Claims}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{container}\n{name}")))}";

    /// <summary>Returns the batch of a state; null for other blobs.</summary>
    public static BatchId? FindState(string name) =>
        name.StartsWith(States, StringComparison.Ordinal) && name.EndsWith(StateEnd, StringComparison.Ordinal)
        && BatchId.TryParse(name[States.Length..^StateEnd.Length], out var id) ? id : null;

    /// <summary>Returns the batch of a marker; null for other blobs.</summary>
    public static BatchId? FindMarked(string name) =>
        name.StartsWith(Markers, StringComparison.Ordinal) && BatchId.TryParse(name[Markers.Length..], out var id) ? id : null;
}
