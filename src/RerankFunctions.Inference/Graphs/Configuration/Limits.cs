namespace RerankFunctions.Inference.Graphs.Configuration;

/// <summary>Maximum sizes of a model.</summary>
internal static class Limits
{
    /// <summary>Maximum size of a state, of a feed-forward part and of a number of heads.</summary>
    public const int Width = 1 << 17;

    /// <summary>Maximum number of layers.</summary>
    public const int Layers = 512;

    /// <summary>Maximum number of words and positions.</summary>
    public const int Rows = 1 << 24;
}
