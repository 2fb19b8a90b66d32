namespace RerankFunctions.Inference.Families;

/// <summary>Tokens that several pairs begin with and that are computed once for all of them. Equal ids make equal prefixes.</summary>
/// <param name="ids">The tokens.</param>
internal sealed class TokenPrefix(ReadOnlyMemory<int> ids) : IEquatable<TokenPrefix>
{
    /// <summary>The prefix of pairs that share nothing.</summary>
    public static TokenPrefix Empty { get; } = new(ReadOnlyMemory<int>.Empty);

    /// <summary>Number of tokens.</summary>
    public int Length => ids.Length;

    /// <summary>The tokens.</summary>
    public ReadOnlyMemory<int> Ids => ids;

    /// <summary>Returns whether some tokens begin with this prefix.</summary>
    public bool IsStartOf(ReadOnlySpan<int> tokens) => tokens.StartsWith(ids.Span);

    /// <summary>Returns whether another prefix begins with this one.</summary>
    public bool IsStartOf(TokenPrefix other) => IsStartOf(other.Ids.Span);

    /// <inheritdoc/>
    public bool Equals(TokenPrefix? other) => other is not null && (ReferenceEquals(this, other) || ids.Span.SequenceEqual(other.Ids.Span));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TokenPrefix);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(ids.Span));
        return hash.ToHashCode();
    }
}
