using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>What has become of the call to a job's <c>callback_url</c>.</summary>
/// <param name="Status">Its state.</param>
/// <param name="Attempts">Calls begun.</param>
/// <param name="LastAttemptAt">When the last one began.</param>
/// <param name="LastStatusCode">HTTP status of the last answer; left out where none came.</param>
/// <param name="Error">Why the last call failed.</param>
public sealed record JobCallback(
    CallbackStatus Status, int Attempts = 0, DateTimeOffset? LastAttemptAt = null, int? LastStatusCode = null, string? Error = null);

/// <summary>The state of a callback.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallbackStatus>))]
public enum CallbackStatus
{
    /// <summary>Not delivered yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>The receiver has answered with a success.</summary>
    [JsonStringEnumMemberName("delivered")]
    Delivered,

    /// <summary>No further call is made.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
