using RerankFunctions.Batches.Protocol;

namespace RerankFunctions.Batches.Cutting;

/// <summary>How far an attempt at cutting has come, for its renewals.</summary>
/// <param name="cut">Where the attempt begins.</param>
/// <param name="isCompressed">Whether the input is compressed; null before it was read.</param>
internal sealed class CutProgress(CutCursor cut, bool? isCompressed)
{
    private CutCursor _cut = cut;

    /// <summary>How far the chunks are stored.</summary>
    public CutCursor Cut
    {
        get => Volatile.Read(ref _cut);
        set => Volatile.Write(ref _cut, value);
    }

    /// <summary>Whether the input is compressed.</summary>
    public bool? IsCompressed { get; set; } = isCompressed;
}
