namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Families of rerankers.</summary>
internal enum FamilyKind
{
    /// <summary>An encoder over query and document with one logit (<c>cross-encoder</c>).</summary>
    CrossEncoder,

    /// <summary>A causal language model that answers yes or no, with the logit yes − no at the last position (<c>causal-yes-no</c>).</summary>
    CausalYesNo,

    /// <summary>A causal language model with one label, read at the last position (<c>causal-label</c>).</summary>
    CausalLabel,
}
