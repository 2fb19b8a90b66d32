using RerankFunctions.Batches.Settings;
using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Protocol;

/// <summary>
/// The settings that decide how an input is cut. A batch keeps those of its first attempt at cutting, so that another attempt gives the same chunks although
/// settings have changed.
/// </summary>
/// <param name="ChunkPairs">Pairs after which a chunk ends.</param>
/// <param name="ChunkBytes">Bytes after which a chunk ends.</param>
/// <param name="MaxInputBytes">Maximum size in bytes of the text of an input.</param>
/// <param name="MaxLines">Maximum number of lines that are not blank.</param>
/// <param name="MaxDocuments">Maximum number of documents of a valid line.</param>
/// <param name="MaxLineBytes">Maximum length of a line in bytes, without its end.</param>
public sealed record CutLimits(int ChunkPairs, int ChunkBytes, long MaxInputBytes, long MaxLines, int MaxDocuments, int MaxLineBytes)
{
    // What a line of OpenAI's form has beside its body.
    private const int EnvelopeBytes = 4 * 1024;

    /// <summary>Returns the current settings.</summary>
    public static CutLimits Of(BatchOptions options, RequestLimits limits) => new(
        options.ChunkPairs, options.ChunkBytes, options.MaxInputBytes, options.MaxLines, limits.MaxDocuments, limits.MaxBodyBytes + EnvelopeBytes);
}
