namespace RerankFunctions.Tokenizers.Text;

/// <summary>A growing list of the parts of a text that tokens stand for, in UTF-16 units. Used by one thread at a time.</summary>
public sealed class TokenOffsets
{
    /// <summary>Start and end of each token.</summary>
    public IReadOnlyList<(int Start, int End)> Items => List;

    /// <summary>The list, for encoders.</summary>
    internal List<(int Start, int End)> List { get; } = [];

    /// <summary>Empties the list and keeps its memory.</summary>
    public void Clear() => List.Clear();
}
