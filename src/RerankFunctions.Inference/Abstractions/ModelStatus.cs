using System.Text.Json.Serialization;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>Whether a process can score.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelStatus>))]
public enum ModelStatus
{
    /// <summary>The model is not loaded yet. A failure beside this status is transient: loading is tried again.</summary>
    [JsonStringEnumMemberName("loading")]
    Loading,

    /// <summary>The model is loaded.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>The model cannot be loaded. Only a new process tries again.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
