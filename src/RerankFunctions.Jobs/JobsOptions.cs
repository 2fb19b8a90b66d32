using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Jobs;

/// <summary>Settings of the job life cycle: <c>Rerank:…</c>.</summary>
public sealed class JobsOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank";

    /// <summary>Queue of interactive jobs; made when it is missing. A constant, since a trigger's queue is settled when it is compiled.</summary>
    public const string JobsQueue = "rerank-jobs";

    /// <summary>Where the host puts messages of <see cref="JobsQueue"/> that it gave up.</summary>
    public const string PoisonedJobsQueue = JobsQueue + "-poison";

    /// <summary>Blob container of requests, states and results; made when it is missing.</summary>
    /// <value><c>rerank</c>.</value>
    [Required]
    [RegularExpression("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$", ErrorMessage = NameRule)]
    public string Container { get; set; } = "rerank";

    /// <summary>
    /// Time after its last renewal for which a running job belongs to its worker. A dead worker's job may be taken once it is over, and
    /// is taken when a message names it: the host hides the dead worker's own for up to ten minutes.
    /// </summary>
    /// <value>30 s, so that clocks that differ by seconds do no harm.</value>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between renewals of a lease, which also write the progress. At most a third of <see cref="LeaseDuration"/>.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:03:00")]
    public TimeSpan LeaseRenewal { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Attempts at a job before it fails; those that a shutdown ended, or a model that cannot be loaded, do not count.</summary>
    /// <value>8: more than the five deliveries after which the host poisons a message, so that a message poisoned by killed workers
    /// is not yet the end of its job.</value>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Time that storing a job may take before the caller is told that storage is down.</summary>
    /// <value>8 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan SubmitTimeout { get; set; } = TimeSpan.FromSeconds(8);

    private const string NameRule = "{0} must be 3 to 63 lower-case letters, digits and single hyphens.";

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
