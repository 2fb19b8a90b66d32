namespace RerankFunctions.Contracts;

/// <summary>
/// A request that ends with an error answer. It carries no inner exception: a parser's own messages quote the body, and whatever
/// meets the exception may log it.
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
