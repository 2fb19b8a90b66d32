namespace RerankFunctions.Contracts;

/// <summary>What stands beside the results, in the shape of Cohere's API.</summary>
/// <param name="ApiVersion">Version of the answer's shape.</param>
/// <param name="BilledUnits">Units as Cohere counts them.</param>
/// <param name="Tokens">Tokens read and written.</param>
/// <param name="Warnings">What the client should know, for instance that texts were cut; left out when there is nothing.</param>
public sealed record RerankMeta(
    ApiVersion ApiVersion,
    BilledUnits BilledUnits,
    TokenCount Tokens,
    IReadOnlyList<string>? Warnings = null)
{
    private const int DocumentsPerUnit = 100;

    /// <summary>The meta data of an answer.</summary>
    /// <param name="documents">Documents scored; a unit is up to 100 of them.</param>
    /// <param name="tokens">Tokens that went through the model.</param>
    /// <param name="warnings">Warnings, empty for none.</param>
    public static RerankMeta Of(int documents, long tokens, IReadOnlyList<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        return new RerankMeta(
            new ApiVersion("2"),
            new BilledUnits((documents + DocumentsPerUnit - 1) / DocumentsPerUnit),
            new TokenCount(tokens, 0),
            warnings.Count == 0 ? null : warnings);
    }
}
