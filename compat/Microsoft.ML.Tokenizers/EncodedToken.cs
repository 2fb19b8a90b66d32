namespace Microsoft.ML.Tokenizers;

/// <summary>One token of an encoded text.</summary>
public readonly struct EncodedToken
{
    /// <summary>Creates a token.</summary>
    public EncodedToken(int id, string value, Range offset)
    {
        Id = id;
        Value = value;
        Offset = offset;
    }

    /// <summary>The id.</summary>
    public int Id { get; }

    /// <summary>The token's content in the vocabulary.</summary>
    public string Value { get; }

    /// <summary>Where it comes from in the text, in UTF-16 units.</summary>
    public Range Offset { get; }
}
