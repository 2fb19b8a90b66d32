using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Documents;

/// <summary>Cuts the documents of requests into chunks.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
internal sealed class DocumentCutter(HuggingFaceTokenizer tokenizer)
{
    /// <summary>Cuts the documents of a request.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="plan">Sizes; null where the query leaves no room for chunks.</param>
    /// <param name="cancellationToken">Checked before every document and during long ones.</param>
    /// <returns>The chunks of each document.</returns>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    public DocumentChunks[] Cut(IReadOnlyList<string> documents, ChunkPlan? plan, CancellationToken cancellationToken)
    {
        if (plan is null)
        {
            return [.. documents.Select(document => new DocumentChunks([new TextRange(0, document.Length)], IsTruncated: false))];
        }

        var chunks = new DocumentChunks[documents.Count];
        Parallel.For(
            0,
            chunks.Length,
            DocumentParallelism.OptionsFor(chunks.Length, documents.Sum(document => (long)document.Length), cancellationToken),
            static () => (Ids: new TokenBuffer(1024), Offsets: new TokenOffsets()),
            (index, _, scratch) =>
            {
                scratch.Ids.Clear();
                scratch.Offsets.Clear();
                var text = documents[index];
                var isWhole = tokenizer.Encode(text, TextMode.UserText, scratch.Ids, scratch.Offsets, plan.MaxTokens, cancellationToken);
                var end = isWhole || scratch.Offsets.Items.Count == 0 ? text.Length : scratch.Offsets.Items[^1].End;
                chunks[index] = new DocumentChunks(new ChunkCutter(text, scratch.Offsets.Items, plan).Cut(end), !isWhole);
                return scratch;
            },
            static scratch => scratch.Ids.Dispose());
        return chunks;
    }
}
