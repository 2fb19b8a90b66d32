using System.Globalization;

namespace RerankFunctions.Jobs.Answering;

/// <summary>Sentences about texts over the model's limit. They name documents by index and hold no text.</summary>
internal static class Truncation
{
    // Keeps a sentence short when a thousand documents are meant.
    private const int MaxListedIndexes = 50;

    /// <summary>Returns the subject of a sentence about documents, and the rest of it that names them.</summary>
    /// <param name="documents">Indexes of the documents, at least one.</param>
    /// <param name="consequence">What follows from their length, with a space before it; empty for nothing.</param>
    public static string Of(IReadOnlyList<int> documents, string consequence)
    {
        var indexes = string.Join(", ", documents.Take(MaxListedIndexes));
        var rest = documents.Count > MaxListedIndexes ? ", …" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{documents.Count} of the documents are longer than the model's limit{consequence}; by index: {indexes}{rest}.");
    }
}
