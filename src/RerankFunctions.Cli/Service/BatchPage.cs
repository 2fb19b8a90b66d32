namespace RerankFunctions.Cli.Service;

/// <summary>A page of batches.</summary>
/// <param name="Data">The batches.</param>
/// <param name="HasMore">Whether there are more.</param>
/// <param name="LastId">Value of <c>after</c> for the next page.</param>
internal sealed record BatchPage(IReadOnlyList<BatchObject> Data, bool HasMore, string? LastId);
