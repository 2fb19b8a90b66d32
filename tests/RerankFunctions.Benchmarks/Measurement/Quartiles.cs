namespace RerankFunctions.Benchmarks.Measurement;

/// <summary>The middle of a sample and its spread.</summary>
internal sealed record Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Computes the quartiles of at least one value.</summary>
    public static Quartiles Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Quartiles(At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75));
    }

    /// <summary>Computes a quantile, between the two nearest values in proportion.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="part">0 for the smallest value, 1 for the largest.</param>
    public static double At(IReadOnlyList<double> sorted, double part)
    {
        var position = (sorted.Count - 1) * part;
        var lower = (int)position;
        return lower + 1 < sorted.Count ? double.Lerp(sorted[lower], sorted[lower + 1], position - lower) : sorted[lower];
    }
}
