namespace RerankFunctions.Contracts.Dialects;

/// <summary>
/// The contract that a client follows: names of fields, and forms of answers and errors. The name of the candidates in the body tells which, whatever the
/// path: <c>documents</c>, <c>texts</c>, <c>input</c> or <c>passages</c>.
/// </summary>
public enum Dialect
{
    /// <summary><c>documents</c>: Cohere v1 and v2, Jina, Together, vLLM, Infinity and what resembles them. An object with <c>results</c>.</summary>
    Cohere,

    /// <summary><c>documents</c> with <c>top_k</c>, <c>truncation</c> or the header of Voyage's client. An object with <c>data</c>.</summary>
    Voyage,

    /// <summary><c>texts</c>: Text Embeddings Inference. A bare array.</summary>
    TextEmbeddingsInference,

    /// <summary><c>input</c>: Mixedbread. An object with <c>data</c>, whose items have <c>score</c>.</summary>
    Mixedbread,

    /// <summary><c>passages</c>: NVIDIA NIM. An object with <c>rankings</c>, whose items have <c>logit</c>.</summary>
    Nim,

    /// <summary>Two lists of texts on the score routes: vLLM's score API. An object with <c>data</c> in the order of the request.</summary>
    Score,
}
