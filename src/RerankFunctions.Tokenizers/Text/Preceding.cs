namespace RerankFunctions.Tokenizers.Text;

/// <summary>What comes before a stretch of text.</summary>
internal enum Preceding
{
    /// <summary>Nothing: the stretch starts where the whole text does.</summary>
    Nothing,

    /// <summary>An added token, or text that a normalizer took away.</summary>
    Token,

    /// <summary>More of the same text: the stretch continues it after a cut.</summary>
    Text,
}
