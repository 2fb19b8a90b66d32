namespace RerankFunctions.Tokenizers.Reading;

/// <summary>The error for a tokenizer file that cannot be read exactly: damaged, or with an unknown component. The message names file and component.</summary>
public sealed class TokenizerFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence that names the file, the part and what is wrong.</param>
    /// <param name="innerException">The error of the reader.</param>
    public TokenizerFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
