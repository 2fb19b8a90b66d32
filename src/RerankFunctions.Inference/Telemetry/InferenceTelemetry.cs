using System.Diagnostics;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Telemetry;

/// <summary>The traces of this assembly. A span holds numbers and codes, never text of queries or documents.</summary>
public static class InferenceTelemetry
{
    /// <summary>Name of the meter and of the activity source, for subscribers.</summary>
    public const string Name = "RerankFunctions.Inference";

    /// <summary>Tag of the code or type of a failure.</summary>
    internal const string ErrorType = "error.type";

    /// <summary>Tag of a <see cref="WorkClass"/>.</summary>
    internal const string WorkClassTag = "rerank.work_class";

    /// <summary>Tag of a model's name in the settings.</summary>
    internal const string ModelTag = "rerank.model";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Returns the value of <see cref="WorkClassTag"/>.</summary>
    internal static string NameOf(WorkClass workClass) => workClass == WorkClass.Interactive ? "interactive" : "bulk";

    /// <summary>Returns the value of <see cref="ErrorType"/>: the code of a failure that has one, else the type of the exception.</summary>
    internal static string? ErrorTypeOf(Exception exception) => exception is ModelLoadException failure ? failure.Code : exception.GetType().FullName;

    /// <summary>Starts the span of a request; null if nobody listens.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">Name of the model in the settings.</param>
    internal static Activity? StartScore(ScoringRequest request, string model)
    {
        var span = Source.StartActivity("score");
        span?.SetTag("rerank.documents", request.Documents.Count).SetTag(WorkClassTag, NameOf(request.WorkClass)).SetTag(ModelTag, model);
        return span;
    }

    /// <summary>Adds the outcome of a request to its span.</summary>
    internal static void Succeed(Activity? span, PairScores scores) =>
        span?.SetTag("rerank.tokens", scores.TotalTokens).SetTag("rerank.cached_tokens", scores.CachedTokens);

    /// <summary>Adds the failure of a request to its span, without the exception's message.</summary>
    internal static void Fail(Activity? span, Exception exception) =>
        span?.SetTag(ErrorType, ErrorTypeOf(exception)).SetStatus(ActivityStatusCode.Error);
}
