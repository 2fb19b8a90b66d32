using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Sync;

/// <summary>How the rerank routes answer: the settings <c>Rerank:*</c>.</summary>
public sealed class SyncOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank";

    /// <summary>Time within which a rerank route answers.</summary>
    /// <value>100 s: gateways in front of the app give up after 230 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:03:45", ErrorMessage = "It must be from {1} to {2}.")]
    public TimeSpan SyncTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>Whether any name of a model in a request to a rerank route means the model that is served.</summary>
    /// <value><c>false</c>: an unknown name gets 404.</value>
    public bool AnyModelName { get; set; }
}
