using System.Threading.Channels;

namespace RerankFunctions.CompatHost.Tests.Samples;

/// <summary>Where sample functions say what happened to them, and where tests say what they shall do.</summary>
public sealed class Recorder
{
    private readonly Channel<object?> _seen = Channel.CreateUnbounded<object?>();

    /// <summary>What the queue functions do with a message, after it was recorded.</summary>
    public Func<CancellationToken, Task> Behaviour { get; set; } = _ => Task.CompletedTask;

    public void Record(object? value) => _seen.Writer.TryWrite(value);

    /// <summary>The next thing recorded.</summary>
    public async Task<T> NextAsync<T>()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return Assert.IsType<T>(await _seen.Reader.ReadAsync(limit.Token), exactMatch: false);
    }

    public bool IsEmpty => _seen.Reader.Count == 0;
}
