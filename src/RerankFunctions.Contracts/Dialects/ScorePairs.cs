namespace RerankFunctions.Contracts.Dialects;

/// <summary>The two lists of texts in the body of a score route.</summary>
internal sealed class ScorePairs
{
    private static readonly (string Left, string Right)[] Names =
    [
        ("queries", "documents"), ("queries", "items"), ("data_1", "data_2"), ("text_1", "text_2"),
    ];

    private readonly IReadOnlyList<string> _queries = [];
    private readonly IReadOnlyList<string> _documents = [];

    /// <summary>Reads the lists and reports what is wrong with them.</summary>
    public ScorePairs(DialectBody body, RequestLimits limits)
    {
        if (Names.Where(pair => body.Has(pair.Left) && body.Has(pair.Right)).ToArray() is not [var (left, right)]
            || Names.Any(pair => (pair.Left != left && body.Has(pair.Left)) || (pair.Right != right && body.Has(pair.Right))))
        {
            body.Fields.Report("/queries", "and documents are required, or one of these pairs: queries and items, data_1 and data_2, text_1 and text_2");
            return;
        }

        _queries = body.ReadTexts(left, limits.MaxDocuments, limits.MaxQueryCharacters);
        _documents = body.ReadTexts(right, limits.MaxDocuments, limits.MaxDocumentCharacters);
        if (body.Fields.Errors.Count > 0)
        {
            return;
        }

        if (_queries.Count > 1 && _queries.Count != _documents.Count)
        {
            body.Fields.Report($"/{left}", $"must hold one text, or as many as {right}");
        }

        for (var i = 0; i < _queries.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(_queries[i]))
            {
                body.Fields.Report(FormattableString.Invariant($"/{left}/{i}"), "must not be empty or blank");
            }
        }
    }

    /// <summary>Creates a request for each distinct query.</summary>
    /// <param name="options">Everything but query and documents.</param>
    public IReadOnlyList<DialectRequestPart> ToParts(RerankRequest options)
    {
        if (_queries is [var only])
        {
            return [new DialectRequestPart(options with { Query = only, Documents = _documents })];
        }

        return
        [
            .. _queries.Index().GroupBy(query => query.Item, query => query.Index, StringComparer.Ordinal).Select(group => new DialectRequestPart(
                options with { Query = group.Key, Documents = [.. group.Select(index => _documents[index])] }, [.. group])),
        ];
    }
}
