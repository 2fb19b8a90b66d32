namespace RerankFunctions.Contracts;

/// <summary>A request that ends with an error answer.</summary>
public sealed class ProblemException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">The answer.</param>
    /// <param name="innerException">What led to it.</param>
    public ProblemException(Problem problem, Exception? innerException = null)
        : base(problem?.Detail, innerException) =>
        Problem = problem ?? throw new ArgumentNullException(nameof(problem));

    /// <summary>The answer.</summary>
    public Problem Problem { get; }
}
