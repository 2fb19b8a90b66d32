using System.Text.Json.Serialization;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>Whether a process can score on a model.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelStatus>))]
public enum ModelStatus
{
    /// <summary>The model is not loaded yet. A failure beside this status is transient: loading is tried again.</summary>
    [JsonStringEnumMemberName("loading")]
    Loading,

    /// <summary>The model is loaded.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>The model is not in memory, which other models use. It is loaded when a request needs it.</summary>
    [JsonStringEnumMemberName("unloaded")]
    Unloaded,

    /// <summary>The model cannot be loaded. Only a new process tries again.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
