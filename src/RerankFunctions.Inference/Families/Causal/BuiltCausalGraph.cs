using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The session of a causal graph that is built from safetensors. It gives one number a row and shares prefixes as it is written.</summary>
internal static class BuiltCausalGraph
{
    /// <summary>Builds the graph and opens its session.</summary>
    /// <param name="context">The model.</param>
    /// <param name="tokens">Ids of the answers; null for a model with one label.</param>
    /// <param name="maxTokens">Maximum number of tokens of a pair.</param>
    /// <param name="sharesPrefix">Whether rows share a prefix.</param>
    /// <param name="sample">Returns a row of <see cref="SampleRow.Request"/>.</param>
    /// <exception cref="ModelLoadException">The folder cannot be used.</exception>
    public static CausalSession Open(ModelLoadContext context, YesNoTokens? tokens, int maxTokens, bool sharesPrefix, Func<SampleRow> sample)
    {
        var (session, pasts) = context.OpenBuilt(
            maxTokens, graphs => graphs.BuildCausal(tokens is null ? null : (tokens.Yes, tokens.No), sharesPrefix), sample);
        try
        {
            // No token sees the padding behind it, so any id will do.
            var layout = new CausalLayout(
                CausalOutput.Difference,
                CausalGraph.Score,
                TakesPositions: false,
                [.. pasts.Select(PastInput.Read)],
                sharesPrefix,
                PadsLeft: false,
                PadId: 0,
                VocabularySize: 1,
                Yes: 0,
                No: 0)
            {
                TakesMask = false,
            };
            return new CausalSession(session, layout);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
