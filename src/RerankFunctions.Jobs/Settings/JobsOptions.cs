using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Jobs.Settings;

/// <summary>Settings of the job life cycle: <c>Rerank:…</c>.</summary>
public sealed class JobsOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank";

    private const string NameRule = "{0} must be 3 to 63 lower-case letters, digits and single hyphens.";

    /// <summary>Blob container of requests, states and results. The app creates it when it is missing.</summary>
    /// <value><c>rerank</c>.</value>
    [Required]
    [RegularExpression("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$", ErrorMessage = NameRule)]
    public string Container { get; set; } = "rerank";

    /// <summary>Maximum of <see cref="LeaseDuration"/>.</summary>
    public static readonly TimeSpan MaxLeaseDuration = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Time for which a running job belongs to its worker after the last renewal. After it, any worker that receives a message of the
    /// job may take it. The host hides the message of a dead worker for up to ten minutes; the sweeper sends another one before.
    /// </summary>
    /// <value>30 s: several renewals may fail before the job is lost.</value>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between renewals of a lease, which also write the progress. Maximum: a third of <see cref="LeaseDuration"/>.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:03:00")]
    public TimeSpan LeaseRenewal { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Attempts at a job before it fails. An attempt that a shutdown or an unloadable model ends does not count.</summary>
    /// <value>8: more than the five deliveries after which the host poisons a message, so that a message poisoned by killed workers
    /// does not end its job.</value>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Shutdowns, and losses of the model, that may end attempts at a job before it fails. They do not count as attempts.</summary>
    /// <value>50.</value>
    [Range(1, 1_000)]
    public int MaxInterruptions { get; set; } = 50;

    /// <summary>
    /// Attempts in a row whose process may crash before the job is tried alone in its process, so that a job that crashes processes costs
    /// other jobs no further attempts.
    /// </summary>
    /// <value>2.</value>
    [Range(1, 100)]
    public int CrashesBeforeAlone { get; set; } = 2;

    /// <summary>Time after which an attempt ends. It counts, and the next attempt goes on with the scores that this one has written.</summary>
    /// <value>30 min.</value>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan JobTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Time between two writes of the scores that an attempt has so far. A job that ends earlier writes none.</summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Days after which the blobs of a job are deleted that has ended, and of an idempotency key; 0 to keep them.</summary>
    /// <value>7.</value>
    [Range(0, 3_650)]
    public int RetentionDays { get; set; } = 7;

    /// <summary>
    /// Time for which a message or a rerank request waits for a model that is loading. After it, the message goes back to the queue, and the request gets 503.
    /// </summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ModelWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time that storing or reading a job may take. After it, the client gets an error that asks to try again.</summary>
    /// <value>8 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan SubmitTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Maximum number of callers who wait for the end of a job at once. Another caller gets the job's status without waiting.</summary>
    /// <value>1,000.</value>
    [Range(0, 100_000)]
    public int MaxWaits { get; set; } = 1_000;

    /// <summary>
    /// Maximum size in bytes of the stored requests that a worker holds at once; their memory is up to four times as much. A larger
    /// request is scored alone.
    /// </summary>
    /// <value>64 MiB: two of the largest requests that the default limits allow.</value>
    [Range(1_024, 16L * 1024 * 1024 * 1024)]
    public long MaxJobBytes { get; set; } = 64 * 1024 * 1024;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LeaseRenewal * 3 > LeaseDuration)
        {
            yield return new ValidationResult(
                $"LeaseRenewal ({LeaseRenewal}) must be at most a third of LeaseDuration ({LeaseDuration}).",
                [nameof(LeaseRenewal)]);
        }
    }
}
