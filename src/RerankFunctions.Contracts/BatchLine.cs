namespace RerankFunctions.Contracts;

/// <summary>A line of a batch's input.</summary>
/// <param name="CustomId">What the client calls the line; null where it names none.</param>
/// <param name="Request">The request; null where the line is not valid.</param>
/// <param name="Problem">What is wrong; null where the line is valid.</param>
public sealed record BatchLine(string? CustomId, RerankRequest? Request, Problem? Problem)
{
    /// <summary>Maximum number of characters of <see cref="CustomId"/>.</summary>
    public const int MaxCustomIdCharacters = 512;
}
