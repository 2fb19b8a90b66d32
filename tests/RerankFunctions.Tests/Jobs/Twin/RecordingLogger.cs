using Microsoft.Extensions.Logging;

namespace RerankFunctions.Tests.Jobs.Twin;

/// <summary>Keeps every line as it would be written, with the exception's text.</summary>
internal sealed class RecordingLogger<T>(List<string> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => lines.Add($"{logLevel} {formatter(state, exception)} {exception}");
}
