namespace RerankFunctions.Inference.Graphs.Quantization;

/// <summary>
/// The rule that says which products of a model do not run in 8 bits: those that would lose too much of the numbers of their inputs or weights. The loss is
/// the sum of the differences that rounding makes, as a part of the sum of magnitudes, of all numbers below a quarter of the largest one: outliers are rounded
/// well, and it is the others that have no steps left. Of numbers that are spread like noise, 2 % are lost.
/// </summary>
internal static class QuantizationRule
{
    /// <summary>Part of the largest number below which numbers count.</summary>
    public const float SmallPart = 0.25f;

    /// <summary>Largest mean loss of the inputs of a product that runs in 8 bits.</summary>
    public const float MaxInputLoss = 0.1f;

    /// <summary>Largest loss of a column of its weights.</summary>
    public const float MaxColumnLoss = 0.2f;

    /// <summary>Returns the products that stay in floats.</summary>
    /// <param name="inputLosses">Mean loss of the inputs of each product (<see cref="MeasuringLinear.Losses"/>).</param>
    /// <param name="weightLosses">Largest loss of a column of the weights of each product.</param>
    public static IReadOnlySet<int> FloatProducts(ReadOnlySpan<float> inputLosses, IReadOnlyList<float> weightLosses)
    {
        var products = new HashSet<int>();
        for (var i = 0; i < inputLosses.Length; i++)
        {
            // A loss that is not a number is too large.
            if (!(inputLosses[i] <= MaxInputLoss && weightLosses[i] <= MaxColumnLoss))
            {
                products.Add(i);
            }
        }

        return products;
    }
}
