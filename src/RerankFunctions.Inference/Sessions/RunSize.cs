namespace RerankFunctions.Inference.Sessions;

/// <summary>What the memory of a run depends on.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of tokens of the longest row.</param>
/// <param name="Keys">Number of tokens that each token may attend to: those of the row and of a prefix before it.</param>
internal readonly record struct RunSize(int Rows, int Columns, int Keys)
{
    private const long MaxUsualScores = 1 << 20;

    /// <summary>Whether the run takes so much memory that ONNX Runtime should give it back to the system afterwards.</summary>
    public bool IsLarge => (long)Rows * Columns * Keys > MaxUsualScores;
}
