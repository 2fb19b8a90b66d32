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
    /// <param name="maxQueryTokens">
    /// Maximum number of tokens of a query under <see cref="TruncationStrategy.OnlySecond"/>; null for FlagReranker's rule, three quarters
    /// of <paramref name="maxTokens"/>.
    /// <see cref="TruncationStrategy.LongestFirst"/> ignores this limit.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maxTokens"/> leaves no room for text, or, with the limit of three quarters, for one token of the document;
    /// <paramref name="maxQueryTokens"/> is negative.
    /// </exception>
    public PairEncoder(PairTemplate template, int maxTokens, TruncationStrategy strategy = TruncationStrategy.OnlySecond, int? maxQueryTokens = null)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxTokens, template.SpecialTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(maxQueryTokens ?? 0, nameof(maxQueryTokens));
        MaxQueryTokens = strategy == TruncationStrategy.LongestFirst ? int.MaxValue : maxQueryTokens ?? (int)(maxTokens * 3L / 4);
        if (strategy == TruncationStrategy.OnlySecond && maxQueryTokens is null)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxTokens, MaxQueryTokens + template.SpecialTokens, nameof(maxTokens));
        }

        _template = template;
        MaxTokens = maxTokens;
        Strategy = strategy;
    }

    /// <summary>Maximum number of tokens of a pair, special tokens included.</summary>
    public int MaxTokens { get; }

    /// <summary>Maximum number of tokens of a query.</summary>
    public int MaxQueryTokens { get; }

    /// <summary>The part that is truncated.</summary>
    public TruncationStrategy Strategy { get; }

    /// <summary>Number of tokens of a query that are needed to tell what is kept and whether it is cut.</summary>
    public int QueryTokensToRead => MaxQueryTokens == int.MaxValue ? int.MaxValue : MaxQueryTokens + 1;

    /// <summary>Returns the number of tokens of a document that are needed: <see cref="Fit"/> keeps the same tokens of any longer document.</summary>
    /// <param name="queryTokens">Tokens of the query, up to <see cref="QueryTokensToRead"/>.</param>
    public int DocumentTokensToRead(int queryTokens)
    {
        var room = MaxTokens - _template.SpecialTokens;
        return 1 + (Strategy == TruncationStrategy.LongestFirst ? Math.Max(room, queryTokens) : Math.Max(room - Math.Min(queryTokens, MaxQueryTokens), 0));
    }

    /// <summary>Returns how much of a pair is kept.</summary>
    /// <param name="queryTokens">Tokens of the whole query, without special tokens.</param>
    /// <param name="documentTokens">Tokens of the whole document, without special tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The query leaves no room for a token of the document. Cannot happen with the default limit of the query.
    /// </exception>
    public PairFit Fit(int queryTokens, int documentTokens) =>
        TryFit(queryTokens, documentTokens, out var fit)
            ? fit
            : throw new ArgumentOutOfRangeException(nameof(queryTokens), queryTokens, $"The query leaves no room for the document in {MaxTokens} tokens.");

    /// <summary>Returns how much of a pair is kept.</summary>
    /// <param name="queryTokens">Tokens of the whole query, without special tokens.</param>
    /// <param name="documentTokens">Tokens of the whole document, without special tokens.</param>
    /// <param name="fit">Numbers of tokens that are kept and cut.</param>
    /// <returns>False if the query leaves no room for a token of the document. Cannot happen with the default limit of the query.</returns>
    public bool TryFit(int queryTokens, int documentTokens, out PairFit fit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queryTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(documentTokens);
        var room = MaxTokens - _template.SpecialTokens;
        var (query, document) = (Math.Min(queryTokens, MaxQueryTokens), documentTokens);
        if (Strategy == TruncationStrategy.LongestFirst)
        {
            (query, document) = LongestFirst(query, document, room);
        }
        else if (document > room - query)
        {
            document = room - query;
            if (document <= 0)
            {
                fit = default;
                return false;
            }
        }

        fit = new PairFit(query, document, queryTokens - query, documentTokens - document, query + document + _template.SpecialTokens);
        return true;
    }

    /// <summary>Writes the ids of a pair.</summary>
    /// <param name="fit">Numbers of tokens to keep, from <see cref="Fit"/> or <see cref="TryFit"/>.</param>
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
