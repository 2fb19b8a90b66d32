namespace RerankFunctions.Inference.Abstractions;

/// <summary>How urgent a request is.</summary>
public enum WorkClass
{
    /// <summary>Somebody waits for the answer.</summary>
    Interactive,

    /// <summary>The answer is wanted at some time.</summary>
    Bulk,
}
