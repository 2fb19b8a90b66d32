namespace RerankFunctions.Tokenizers.Pairs;

/// <summary>
/// Builds the pairs that a cross-encoder reads from tokenized queries and documents: truncated, with the special tokens of the template.
/// Safe for use by many threads at once. Allocates nothing.
/// </summary>
public sealed class PairEncoder
{
    private readonly PairTemplate _template;

    /// <summary>Creates an encoder.</summary>
    /// <param name="template">Positions of special tokens: <see cref="HuggingFaceTokenizer.PairTemplate"/>.</param>
    /// <param name="maxTokens">Maximum number of tokens of a pair, special tokens included.</param>
    /// <param name="strategy">The part that is truncated.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> leaves no room for text, or not by <see cref="LeavesRoom"/>.</exception>
    public PairEncoder(PairTemplate template, int maxTokens, TruncationStrategy strategy = TruncationStrategy.OnlySecond)
    {
        if (!LeavesRoom(template, maxTokens) && (strategy == TruncationStrategy.OnlySecond || maxTokens <= template.SpecialTokens))
        {
            throw new ArgumentOutOfRangeException(nameof(maxTokens), maxTokens, "The special tokens leave no room for query and document.");
        }

        _template = template;
        MaxTokens = maxTokens;
        Strategy = strategy;
        MaxQueryTokens = strategy == TruncationStrategy.LongestFirst ? int.MaxValue : ThreeQuartersOf(maxTokens);
    }

    /// <summary>Maximum number of tokens of a pair, special tokens included.</summary>
    public int MaxTokens { get; }

    /// <summary>Maximum number of tokens of a query.</summary>
    public int MaxQueryTokens { get; }

    /// <summary>The part that is truncated.</summary>
    public TruncationStrategy Strategy { get; }

    /// <summary>Number of tokens of a query that are needed to tell what is kept and whether it is cut.</summary>
    public int QueryTokensToRead => MaxQueryTokens == int.MaxValue ? int.MaxValue : MaxQueryTokens + 1;

    private int Room => MaxTokens - _template.SpecialTokens;

    /// <summary>Returns whether pairs have room for one token of the document beside a query of three quarters of the tokens.</summary>
    /// <param name="template">Positions of special tokens.</param>
    /// <param name="maxTokens">Maximum number of tokens of a pair, special tokens included.</param>
    public static bool LeavesRoom(PairTemplate template, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(template);
        return maxTokens - ThreeQuartersOf(maxTokens) > template.SpecialTokens;
    }

    /// <summary>Returns the number of tokens of a document that are needed: <see cref="Fit"/> keeps the same tokens of any longer document.</summary>
    /// <param name="queryTokens">Tokens of the query, up to <see cref="QueryTokensToRead"/>.</param>
    public int DocumentTokensToRead(int queryTokens) =>
        1 + (Strategy == TruncationStrategy.LongestFirst ? Math.Max(Room, queryTokens) : Room - Math.Min(queryTokens, MaxQueryTokens));

    /// <summary>Returns how much of a pair is kept.</summary>
    /// <param name="queryTokens">Tokens of the query, up to <see cref="QueryTokensToRead"/>, without special tokens.</param>
    /// <param name="documentTokens">Tokens of the document, up to <see cref="DocumentTokensToRead"/>, without special tokens.</param>
    public PairFit Fit(int queryTokens, int documentTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queryTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(documentTokens);
        var (query, document) = Strategy == TruncationStrategy.LongestFirst
            ? LongestFirst(queryTokens, documentTokens, Room)
            : OnlySecond(queryTokens, documentTokens);
        return new PairFit(query, document, query < queryTokens, query + document + _template.SpecialTokens);
    }

    /// <summary>Writes the ids of a pair.</summary>
    /// <param name="fit">Numbers of tokens to keep, from <see cref="Fit"/>.</param>
    /// <param name="query">Ids of the query; at least the number that is kept.</param>
    /// <param name="document">Ids of the document; at least the number that is kept.</param>
    /// <param name="inputIds">Receives <see cref="PairFit.TotalTokens"/> ids.</param>
    /// <param name="typeIds">Receives as many type ids; empty if the model has no such input.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Write(PairFit fit, ReadOnlySpan<int> query, ReadOnlySpan<int> document, Span<long> inputIds, Span<long> typeIds)
    {
        if (query.Length < fit.QueryTokens || document.Length < fit.DocumentTokens)
        {
            throw new ArgumentException("Query or document has fewer tokens than the fit keeps.");
        }

        if (inputIds.Length < fit.TotalTokens || (typeIds.Length != 0 && typeIds.Length < fit.TotalTokens))
        {
            throw new ArgumentException("The destination is shorter than the pair.");
        }

        var at = 0;
        foreach (var part in _template.Parts)
        {
            var start = at;
            switch (part.Kind)
            {
                case PairPartKind.Special:
                    inputIds[at++] = part.Id;
                    break;
                case PairPartKind.Query:
                    at += Widen(query[..fit.QueryTokens], inputIds[at..]);
                    break;
                default:
                    at += Widen(document[..fit.DocumentTokens], inputIds[at..]);
                    break;
            }

            if (typeIds.Length != 0)
            {
                typeIds[start..at].Fill(part.TypeId);
            }
        }
    }

    private static int ThreeQuartersOf(int maxTokens) => (int)(maxTokens * 3L / 4);

    // The query's limit leaves room for the document.
    private (int Query, int Document) OnlySecond(int query, int document)
    {
        query = Math.Min(query, MaxQueryTokens);
        return (query, Math.Min(document, Room - query));
    }

    // truncate_encodings of Hugging Face's tokenizers library.
    private static (int Query, int Document) LongestFirst(int query, int document, int room)
    {
        if (query <= room - document)
        {
            return (query, document);
        }

        var shorter = Math.Min(query, document);
        var longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (longer > room - shorter)
        {
            shorter = room / 2;
            longer = shorter + (room % 2);
        }

        return query <= document ? (shorter, longer) : (longer, shorter);
    }

    private static int Widen(ReadOnlySpan<int> ids, Span<long> destination)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            destination[i] = ids[i];
        }

        return ids.Length;
    }
}
