using Microsoft.Extensions.Logging;

namespace RerankFunctions.Cli.Scoring;

/// <summary>
/// Shows warnings, and the progress of downloads, as plain lines. Errors are left out: they end the command with an exception, whose message is shown.
/// </summary>
/// <param name="output">Receives the lines.</param>
internal sealed class NoticeLoggerProvider(TextWriter output) : ILoggerProvider
{
    private readonly Lock _lock = new();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName)
    {
        var isDownload = categoryName.StartsWith("RerankFunctions.ModelSources", StringComparison.Ordinal);
        return new NoticeLogger(_lock, output, isDownload ? LogLevel.Information : LogLevel.Warning);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The output belongs to the process.
    }

    private sealed class NoticeLogger(Lock turn, TextWriter output, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel <= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lock (turn)
                {
                    output.WriteLine(formatter(state, null));
                }
            }
        }
    }
}
