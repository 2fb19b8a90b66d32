using Microsoft.ML.OnnxRuntime;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Some rows of a micro-batch as tensors over the cells of its inputs.</summary>
/// <param name="inputs">The inputs; they must outlive this.</param>
/// <param name="firstRow">The first row.</param>
/// <param name="rows">Number of rows.</param>
internal sealed class CausalTensors(CausalInputs inputs, int firstRow, int rows) : IDisposable
{
    /// <summary>Token ids.</summary>
    public OrtValue Ids { get; } = inputs.Ids.ToTensor(firstRow, rows);

    /// <summary>1 for a token and 0 for padding; null where the graph has no such input.</summary>
    public OrtValue? Mask { get; } = inputs.Mask?.ToTensor(firstRow, rows);

    /// <summary>Position of each token; null where the graph has no such input.</summary>
    public OrtValue? Positions { get; } = inputs.PositionIds?.ToTensor(firstRow, rows);

    /// <summary>Row and column of each row's last token; null where the graph has no such input.</summary>
    public OrtValue? LastPositions { get; } = inputs.LastPositions?.ToTensor(firstRow, rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        Ids.Dispose();
        Mask?.Dispose();
        Positions?.Dispose();
        LastPositions?.Dispose();
    }
}
