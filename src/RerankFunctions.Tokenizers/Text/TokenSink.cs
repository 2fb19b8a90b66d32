namespace RerankFunctions.Tokenizers.Text;

/// <summary>Receives the ids of a text and, on request, the offsets of each token in the text that the model saw.</summary>
/// <param name="ids">Receives the ids.</param>
/// <param name="offsets">Receives one pair of offsets per id; null if nobody asks for them.</param>
/// <param name="maxTokens">Maximum number of tokens that the caller uses.</param>
/// <param name="cancellationToken">Checked by encoders between words and inside long ones.</param>
internal readonly struct TokenSink(TokenBuffer ids, List<(int Start, int End)>? offsets, int maxTokens, CancellationToken cancellationToken)
{
    private readonly long _maxCount = (long)ids.Count + maxTokens;

    /// <summary>The ids. Code that appends to them directly must check <see cref="WantsOffsets"/> first.</summary>
    public TokenBuffer Ids => ids;

    /// <summary>Whether more tokens have come than the caller uses, so that encoding can stop.</summary>
    public bool IsFull => ids.Count > _maxCount;

    /// <summary>Cancels the encoding.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Whether offsets are collected.</summary>
    public bool WantsOffsets => offsets is not null;

    /// <summary>Number of offsets collected so far.</summary>
    public int OffsetCount => offsets?.Count ?? 0;

    /// <summary>Appends one token.</summary>
    /// <param name="id">The id.</param>
    /// <param name="start">Start of the token in the encoded stretch, in UTF-16 units.</param>
    /// <param name="end">End of the token.</param>
    public void Add(int id, int start, int end)
    {
        ids.Add(id);
        offsets?.Add((start, end));
    }

    /// <summary>Appends the offsets of a token whose id was appended to <see cref="Ids"/>.</summary>
    public void AddOffset(int start, int end) => offsets?.Add((start, end));

    /// <summary>Keeps the first tokens only.</summary>
    /// <param name="idCount">Number of ids to keep.</param>
    /// <param name="offsetCount">Number of offsets to keep.</param>
    public void Truncate(int idCount, int offsetCount)
    {
        ids.Truncate(idCount);
        offsets?.RemoveRange(offsetCount, offsets.Count - offsetCount);
    }

    /// <summary>Maps offsets in a stretch to offsets in the text around it.</summary>
    /// <param name="first">Index of the first offsets to map.</param>
    /// <param name="position">Start of the stretch in that text.</param>
    /// <param name="normalized">The normalized stretch, aligned with the text; null if normalization changed nothing.</param>
    public void MapOffsets(int first, int position, NormalizedText? normalized)
    {
        for (var i = first; i < OffsetCount; i++)
        {
            var (start, end) = offsets![i];
            if (normalized is not null)
            {
                end = end > start ? normalized.Ends[end - 1] : -1;
                start = start < normalized.Length ? normalized.Starts[start] : normalized.Length == 0 ? 0 : normalized.Ends[^1];
                end = Math.Max(start, end);
            }

            offsets[i] = (start + position, end + position);
        }
    }
}
