using Microsoft.Extensions.Logging;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>A logger that keeps its lines.</summary>
internal sealed class RecordingLogger<T>(List<LogLine> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => lines.Add(new LogLine(eventId.Id, $"{logLevel} {formatter(state, exception)} {Describe(exception)}"));

    // Without the stack, which takes longer to write than a simulated schedule to run.
    private static string Describe(Exception? exception) =>
        exception is null ? "" : $"{exception.GetType().Name}: {exception.Message} {Describe(exception.InnerException)}";
}

/// <summary>A line of a log.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Text">The line as it would be written, with the messages of the exception.</param>
internal sealed record LogLine(int EventId, string Text);
