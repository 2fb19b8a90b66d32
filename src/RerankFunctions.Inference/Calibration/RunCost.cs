namespace RerankFunctions.Inference.Calibration;

/// <summary>What runs of a model cost on a device, and the limits that follow.</summary>
/// <param name="FixedCells">The fixed cost of a run, as the number of cells (rows × longest) that cost as much.</param>
/// <param name="MaxTokens">Maximum of rows × longest of a run that is worth its time.</param>
/// <param name="MaxRows">Maximum number of rows of a run.</param>
internal sealed record RunCost(int FixedCells, int MaxTokens, int MaxRows);
