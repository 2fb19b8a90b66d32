namespace RerankFunctions.Contracts;

/// <summary>
/// A request that ends with an error answer. It has no inner exception, because a parser's messages quote the body and a handler may
/// log them.
/// </summary>
public sealed class ProblemException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">The answer.</param>
    public ProblemException(Problem problem)
        : base(problem?.Detail) =>
        Problem = problem ?? throw new ArgumentNullException(nameof(problem));

    /// <summary>The answer.</summary>
    public Problem Problem { get; }
}
