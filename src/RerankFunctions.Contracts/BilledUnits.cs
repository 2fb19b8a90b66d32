namespace RerankFunctions.Contracts;

/// <summary>Units as Cohere counts them; nothing is billed here.</summary>
/// <param name="SearchUnits">One for each query with up to 100 documents.</param>
public sealed record BilledUnits(int SearchUnits);
