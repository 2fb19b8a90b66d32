using System.Collections.Concurrent;
using System.Diagnostics;

namespace RerankFunctions.Tests.Support;

/// <summary>The ended spans of one trace. No other trace is recorded, so tests beside it see no difference.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public Spans()
    {
        Root = new ActivityContext(_trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("RerankFunctions.", StringComparison.Ordinal),
            Sample = (ref options) => options.Parent.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == _trace)
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The parent of all spans.</summary>
    public ActivityContext Root { get; }

    /// <summary>The W3C trace context of <see cref="Root"/>.</summary>
    public string TraceParent => $"00-{_trace}-{Root.SpanId}-01";

    /// <summary>All tags, each as <c>name=value</c>.</summary>
    public IEnumerable<string> Tags => _ended.SelectMany(TagsOf);

    /// <summary>Makes <see cref="Root"/> the current span.</summary>
    public Activity Enter() => new Activity("test").SetParentId(_trace, Root.SpanId, ActivityTraceFlags.Recorded).Start();

    /// <summary>Returns the only ended span of a name.</summary>
    public Activity Single(string name) => Assert.Single(_ended, span => span.OperationName == name);

    /// <summary>Returns the tags of a span, each as <c>name=value</c>.</summary>
    public static IEnumerable<string> TagsOf(Activity span) => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}");

    public void Dispose() => _listener.Dispose();
}
