namespace RerankFunctions.Inference.Caching;

/// <summary>
/// The identity of a pair: a keyed hash of everything that decides its score. Nothing of the texts can be read from it.
/// </summary>
/// <param name="Value">The hash, uniformly distributed.</param>
internal readonly record struct PairKey(UInt128 Value);
