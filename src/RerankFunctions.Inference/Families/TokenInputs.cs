using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families;

/// <summary>The inputs of rerankers and the check of those that a graph declares.</summary>
internal static class TokenInputs
{
    /// <summary>Token ids, required.</summary>
    public const string Ids = "input_ids";

    /// <summary>1 for tokens and 0 for padding, required.</summary>
    public const string AttentionMask = "attention_mask";

    /// <summary>0 for the query's segment and 1 for the document's, in families with segments.</summary>
    public const string TokenTypeIds = "token_type_ids";

    /// <summary>Position of each token, counted from the first of its pair.</summary>
    public const string PositionIds = "position_ids";

    /// <summary>Checks the inputs that a graph declares.</summary>
    /// <param name="declared">The inputs.</param>
    /// <param name="supported">Names of the inputs that the family fills.</param>
    /// <returns>What is wrong with the inputs; null if nothing is.</returns>
    public static string? FindFault(IReadOnlyCollection<DeclaredTensor> declared, IReadOnlyList<string> supported)
    {
        foreach (var input in declared)
        {
            if (!supported.Contains(input.Name, StringComparer.Ordinal))
            {
                return $"the input '{PrintableName.Of(input.Name)}' is not supported; supported are {string.Join(", ", supported)}";
            }

            if (!input.TakesTokens)
            {
                return $"the input '{input.Name}' is {input.Description}; it must be Int64 [batch, length] with both of any size";
            }
        }

        string[] required = [Ids, AttentionMask];
        return required.FirstOrDefault(name => !declared.Any(input => input.Name == name)) is { } missing ? $"the required input '{missing}' is missing" : null;
    }
}
