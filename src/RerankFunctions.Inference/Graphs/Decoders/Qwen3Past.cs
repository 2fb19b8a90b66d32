namespace RerankFunctions.Inference.Graphs.Decoders;

/// <summary>Keys and values of the prefix in a layer.</summary>
/// <param name="KeysInput">Name of the input with the keys, [1, key heads, prefix, head size].</param>
/// <param name="ValuesInput">Name of the input with the values, likewise.</param>
/// <param name="Keys">Name of the keys, [key heads, 1, prefix, head size].</param>
/// <param name="Values">Name of the values, likewise.</param>
/// <param name="Length">Name of the number of tokens of the prefix, int64 [1].</param>
internal sealed record Qwen3Past(string KeysInput, string ValuesInput, string Keys, string Values, string Length);
