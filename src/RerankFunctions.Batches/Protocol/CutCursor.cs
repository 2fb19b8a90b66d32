namespace RerankFunctions.Batches.Protocol;

/// <summary>How far an input is cut. What lies before it is stored and is not cut again.</summary>
/// <param name="Offset">Position in the text of the next chunk.</param>
/// <param name="Line">Number of the lines before it, blank ones included.</param>
/// <param name="Lines">Number of the lines before it that are not blank.</param>
/// <param name="Objects">Those of them that are JSON objects.</param>
/// <param name="Pairs">Pairs of these lines.</param>
/// <param name="Chunks">Number of chunks.</param>
public sealed record CutCursor(long Offset, long Line, long Lines, long Objects, long Pairs, int Chunks)
{
    /// <summary>The begin of an input.</summary>
    public static CutCursor Start { get; } = new(0, 0, 0, 0, 0, 0);
}
