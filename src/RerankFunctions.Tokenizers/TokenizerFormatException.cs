namespace RerankFunctions.Tokenizers;

/// <summary>A tokenizer file that cannot be read exactly: damaged, or with a component that is not known. The message names the file and the component.</summary>
public sealed class TokenizerFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence: which file, which part, what is wrong.</param>
    /// <param name="innerException">What the reader of the file said.</param>
    public TokenizerFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
