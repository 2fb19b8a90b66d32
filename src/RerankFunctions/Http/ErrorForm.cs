using RerankFunctions.Contracts.Dialects;

namespace RerankFunctions.Http;

/// <summary>A feature of a request that says in which form its client reads errors.</summary>
/// <param name="Dialect">The contract that the client follows.</param>
internal sealed record ErrorForm(Dialect Dialect);
