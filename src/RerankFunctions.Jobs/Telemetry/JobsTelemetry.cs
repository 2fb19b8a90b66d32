using System.Diagnostics;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Telemetry;

/// <summary>The traces of this assembly. A span holds ids, codes and numbers, never text of queries or documents.</summary>
public static class JobsTelemetry
{
    /// <summary>Name of the meter and of the activity source, for subscribers.</summary>
    public const string Name = "RerankFunctions.Jobs";

    /// <summary>Tag of the code or type of a failure.</summary>
    internal const string ErrorType = "error.type";

    /// <summary>Tag of what an attempt led to: a member of <see cref="AttemptOutcomes"/>.</summary>
    internal const string Outcome = "rerank.attempt.outcome";

    /// <summary>Tag of what a call to a callback address led to: <c>delivered</c>, <c>retried</c> or <c>failed</c>.</summary>
    internal const string CallbackOutcome = "rerank.callback.outcome";

    /// <summary>Tag of what a sweep found: a member of <see cref="SweepFindings"/>.</summary>
    internal const string Finding = "rerank.sweep.finding";

    // Version 00 of W3C trace context.
    private const int TraceParentLength = 55;

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Returns a W3C trace context that comes from outside: only a valid one may enter a message; null for any other.</summary>
    public static string? CheckTraceParent(string? untrusted) =>
        untrusted is { Length: TraceParentLength } && ActivityContext.TryParse(untrusted, null, out _) ? untrusted : null;

    /// <summary>Starts the span of a submission; null if nobody listens.</summary>
    /// <param name="traceParent">W3C trace context of the client; null for none.</param>
    /// <param name="queue">The job's queue.</param>
    /// <param name="documents">Number of documents.</param>
    internal static Activity? StartSubmission(string? traceParent, QueueKind queue, int documents) =>
        Start("submit job", ActivityKind.Producer, "send", queue, traceParent)?.SetDocuments(documents);

    /// <summary>Starts the span of a message, which continues that of the submission; null if nobody listens.</summary>
    internal static Activity? StartProcessing(JobMessage message, QueueKind queue) =>
        Start("process job", ActivityKind.Consumer, "process", queue, message.TraceParent)?.SetJob(message.JobId);

    /// <summary>Adds the job.</summary>
    internal static Activity SetJob(this Activity span, JobId id) => span.SetTag("rerank.job.id", id.ToString());

    /// <summary>Adds the number of documents.</summary>
    internal static Activity SetDocuments(this Activity span, int documents) => span.SetTag("rerank.documents", documents);

    /// <summary>Adds a failure.</summary>
    /// <param name="span">The span.</param>
    /// <param name="errorType">The code of the failure, or the type of the exception.</param>
    internal static Activity Fail(this Activity span, string? errorType) => span.SetTag(ErrorType, errorType).SetStatus(ActivityStatusCode.Error);

    private static Activity? Start(string name, ActivityKind kind, string operation, QueueKind queue, string? traceParent)
    {
        var parent = ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : default;
        return Source.StartActivity(name, kind, parent)
            ?.SetTag("messaging.system", "azure_queues")
            .SetTag("messaging.destination.name", QueueNames.Of(queue))
            .SetTag("messaging.operation.type", operation);
    }
}
