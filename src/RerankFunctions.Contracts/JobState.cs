using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>Where a job stands. A job ends exactly once and never leaves its end state.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Accepted; waits for a worker.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>A worker holds its lease and scores it.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Ended with an answer.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>Ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Ended because its owner asked for it.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,
}
