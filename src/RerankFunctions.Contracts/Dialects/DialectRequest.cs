namespace RerankFunctions.Contracts.Dialects;

/// <summary>A validated request of a client.</summary>
/// <param name="Dialect">The contract that the client follows.</param>
/// <param name="Parts">One request for each distinct query; more than one only on the score routes.</param>
public sealed record DialectRequest(Dialect Dialect, IReadOnlyList<DialectRequestPart> Parts)
{
    /// <summary>Number of pairs to score.</summary>
    public int Pairs => Parts.Sum(part => part.Request.Documents.Count);
}

/// <summary>One query of a request with its documents.</summary>
/// <param name="Request">Query and documents.</param>
/// <param name="Positions">Place of each document's pair in the client's request; null where the places are those of the documents.</param>
public sealed record DialectRequestPart(RerankRequest Request, IReadOnlyList<int>? Positions = null);

/// <summary>What a body was found to be.</summary>
/// <param name="Dialect">The contract that the client follows; it decides the form of errors.</param>
/// <param name="Request">The request; null where it has errors.</param>
/// <param name="Problem">Its errors; null where it has none.</param>
public sealed record DialectReading(Dialect Dialect, DialectRequest? Request, Problem? Problem)
{
    /// <summary>Returns the request.</summary>
    /// <exception cref="ProblemException">It has errors.</exception>
    public DialectRequest Require() => Request ?? throw new ProblemException(Problem ?? throw new InvalidOperationException("No request and no error."));
}
