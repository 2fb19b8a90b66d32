namespace RerankFunctions.Inference.Serving;

/// <summary>Where a model is between its source and the device.</summary>
internal enum ModelPhase
{
    /// <summary>Nothing has asked for it yet.</summary>
    Unknown,

    /// <summary>It is being fetched. Its size is not known yet.</summary>
    Fetching,

    /// <summary>It is on the local disk and not in memory.</summary>
    Absent,

    /// <summary>It is being loaded. Its memory counts.</summary>
    Loading,

    /// <summary>It is loaded.</summary>
    Ready,

    /// <summary>It is being unloaded. Its memory counts until it is.</summary>
    Unloading,

    /// <summary>It cannot be loaded. Only a new process tries again.</summary>
    Failed,
}
