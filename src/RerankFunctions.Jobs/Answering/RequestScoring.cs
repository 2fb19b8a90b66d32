using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Answering;

/// <summary>How a client's request becomes one to the model, whoever asks.</summary>
public static class RequestScoring
{
    /// <summary>Creates the request to the model.</summary>
    public static ScoringRequest ToScoring(this RerankRequest request) => new(request.Query, request.Documents)
    {
        Model = request.Model,
        Instruction = request.Instruction,
        MaxTokensPerDocument = request.MaxTokensPerDoc,
        ChunksLongDocuments = request.LongDocuments == LongDocuments.ChunkMax,
        Truncates = request.Truncates ?? true,
        WorkClass = RequestPriority.WorkClassOf(request.Priority),
        Weight = RequestPriority.WeightOf(request.Priority),
    };

    /// <summary>Says which texts of a request are too long for the model.</summary>
    public static string Describe(TextTooLongException exception)
    {
        var query = exception.IsQueryTooLong ? "The query is longer than the model's limit. " : "";
        var documents = exception.Documents.Count > 0 ? Truncation.Of(exception.Documents, "") + " " : "";
        return $"{query}{documents}Shorten them, or let them be cut.";
    }
}
