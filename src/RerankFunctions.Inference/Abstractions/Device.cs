using System.Text.Json.Serialization;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>The device that runs a model.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Device>))]
public enum Device
{
    /// <summary>CUDA on a machine that has it, else the CPU. A setting only: a loaded model has one of the other two.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>The CPU.</summary>
    [JsonStringEnumMemberName("cpu")]
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    [JsonStringEnumMemberName("cuda")]
    Cuda,
}
