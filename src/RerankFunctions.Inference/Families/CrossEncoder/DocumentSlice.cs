using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>The ids of one document in a buffer that holds those of several.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Start">Index of the document's first id.</param>
/// <param name="Fit">What is kept of query and document.</param>
/// <param name="IsTruncated">Whether the document was cut.</param>
internal readonly record struct DocumentSlice(TokenBuffer Buffer, int Start, PairFit Fit, bool IsTruncated)
{
    /// <summary>The ids that are kept.</summary>
    public ReadOnlySpan<int> Ids => Buffer.Ids.Slice(Start, Fit.DocumentTokens);
}
