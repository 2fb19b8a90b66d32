using System.Text.Json;
using System.Text.Json.Serialization;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Batches.Protocol;

/// <summary>
/// The state of a batch, written by compare-and-swap only. It holds the chunks that wait or run, at most as many as may be in flight, and sums of all others,
/// so that its size does not grow with the input. <see cref="BatchProtocol"/> decides which step an event leads to.
/// </summary>
public sealed record BatchRecord : SwappedState
{
    /// <summary>Version of the state's form that this app writes. It covers all blobs of the batch. A batch keeps the version with which it began.</summary>
    public const int CurrentVersion = 2;

    /// <summary>First version whose output blocks are named after the batch, too.</summary>
    public const int FirstVersionWithOwnBlocks = 2;

    /// <summary>Version of the state's form.</summary>
    [JsonPropertyName("v")]
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The batch.</summary>
    public required BatchId Id { get; init; }

    /// <summary>Its state.</summary>
    public required BatchState State { get; init; }

    /// <summary>The input.</summary>
    public required BatchInputBlob Input { get; init; }

    /// <summary>Whether the input is in the container of drops.</summary>
    public bool IsDrop { get; init; }

    /// <summary>Container of the output.</summary>
    public required string OutputContainer { get; init; }

    /// <summary>Name of the model that the app served when the batch began.</summary>
    public required string Model { get; init; }

    /// <summary>The path of the API that the lines are for.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Time that the batch has.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>When it expires, by storage's clock.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>W3C trace context of the request that began it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What the client attached.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When work on the input began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the first chunks were given to workers.</summary>
    public DateTimeOffset? InProgressAt { get; init; }

    /// <summary>When all chunks were done, or it expired.</summary>
    public DateTimeOffset? FinalizingAt { get; init; }

    /// <summary>When somebody cancelled it.</summary>
    public DateTimeOffset? CancellingAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The work of cutting.</summary>
    public WorkLease Cutting { get; init; } = new();

    /// <summary>What decides the cut, from the first attempt on; null before it, and in a state of an earlier app until its next attempt.</summary>
    public CutLimits? CutLimits { get; init; }

    /// <summary>How far the input is cut.</summary>
    public CutCursor Cut { get; init; } = CutCursor.Start;

    /// <summary>Whether the input is compressed; null before it was read.</summary>
    public bool? IsCompressed { get; init; }

    /// <summary>SHA-256 of the input in hexadecimal, once all of it was read.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Number of chunks that were given to workers: those before it are active or done.</summary>
    public int Dispatched { get; init; }

    /// <summary>The chunks that wait for a worker or have one, by number.</summary>
    public IReadOnlyList<ActiveChunk> Active { get; init; } = [];

    /// <summary>The attempts whose output counts, of chunks for which it is not the first one.</summary>
    public IReadOnlyDictionary<int, int> LaterAttempts { get; init; } = new Dictionary<int, int>();

    /// <summary>A bit for each chunk that has lines with errors.</summary>
    public ReadOnlyMemory<byte> FailedChunks { get; init; }

    /// <summary>Lines with an answer.</summary>
    public long CompletedLines { get; init; }

    /// <summary>Lines with an error.</summary>
    public long FailedLines { get; init; }

    /// <summary>Pairs of the chunks that are done.</summary>
    public long ScoredPairs { get; init; }

    /// <summary>Tokens of the chunks that are done.</summary>
    public long Tokens { get; init; }

    /// <summary>Those of them whose scores were known.</summary>
    public long CachedTokens { get; init; }

    /// <summary>The state in which the batch ends once its output is written.</summary>
    public BatchState? Outcome { get; init; }

    /// <summary>The versions of the output blobs that this batch replaces, once they are known.</summary>
    public OutputVersions? Replaces { get; init; }

    /// <summary>Why it failed.</summary>
    public BatchError? Error { get; init; }

    /// <summary>Fields that a newer app has added without a new version. Every step keeps them.</summary>
    [JsonExtensionData]
    [JsonInclude]
    public IDictionary<string, JsonElement>? AdditionalFields { get; internal set; }

    /// <summary>Whether the batch has ended. An ended batch never changes.</summary>
    public bool IsEnded() => State is BatchState.Completed or BatchState.Failed or BatchState.Cancelled or BatchState.Expired;

    /// <summary>Whether the batch waits for its output to be written.</summary>
    public bool IsFinishing() => State is BatchState.Finalizing or BatchState.Cancelling;

    /// <summary>Number of chunks that are done.</summary>
    public int DoneChunks() => Dispatched - Active.Count;

    /// <summary>Finds an active chunk.</summary>
    public ActiveChunk? Find(int chunk) => Active.FirstOrDefault(active => active.Span.Number == chunk);

    /// <summary>Returns the state with an active chunk replaced.</summary>
    public BatchRecord With(ActiveChunk chunk) => this with
    {
        Active = [.. Active.Select(active => active.Span.Number == chunk.Span.Number ? chunk : active)],
    };
}
