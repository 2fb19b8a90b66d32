namespace RerankFunctions.Inference.Documents;

/// <summary>The sizes of chunks.</summary>
internal sealed record ChunkPlan
{
    // With less room than this, chunks would be fragments.
    private const int MinRoom = 16;

    private ChunkPlan(int room, int maxTokens, int maxChunks)
    {
        Room = room;
        Size = room - Math.Min(MaxMargin, room / MinRoom);
        Overlap = Size / OverlapDivisor;
        Slack = Size / OverlapDivisor / 2;
        MaxTokens = (int)Math.Min(maxTokens, Math.Max(room, Size + ((Size - Overlap - (2L * Slack)) * (maxChunks - 1))));
    }

    /// <summary>Tokens by which a chunk that is tokenized alone may be longer than as a part of its document.</summary>
    public const int MaxMargin = 8;

    /// <summary>Neighbouring chunks share at least this part of a chunk, so that most passages are whole in one of them.</summary>
    public const int OverlapDivisor = 8;

    /// <summary>Number of tokens that a pair has room for. A document that is not longer is one chunk.</summary>
    public int Room { get; }

    /// <summary>Maximum number of tokens of a chunk.</summary>
    public int Size { get; }

    /// <summary>Number of tokens that neighbouring chunks share at least.</summary>
    public int Overlap { get; }

    /// <summary>Maximum number of tokens by which an end of a chunk moves towards the text's start, so that it stands between words.</summary>
    public int Slack { get; }

    /// <summary>Maximum number of tokens that are read of a document.</summary>
    public int MaxTokens { get; }

    /// <summary>Creates a plan.</summary>
    /// <param name="room">Number of tokens that a pair has room for beside the query.</param>
    /// <param name="maxTokens">Maximum number of tokens that are read of a document; null for all.</param>
    /// <param name="maxChunks">Maximum number of chunks.</param>
    /// <returns>Null where the query leaves too little room for chunks.</returns>
    public static ChunkPlan? Create(int room, int? maxTokens, int maxChunks) =>
        room < MinRoom ? null : new ChunkPlan(room, maxTokens ?? int.MaxValue, maxChunks);
}
