using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Logging;

/// <summary>
/// Writes what the Functions host logs: its own lines, and lines of the app inside an invocation. Like the host, it drops lines of the app
/// outside of invocations, which the app must write to the console itself.
/// </summary>
internal sealed class HostLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => new HostLogger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class HostLogger(HostLoggerProvider provider, string category) : ILogger
    {
        private readonly bool _isHost = category.StartsWith("Microsoft.Azure.Functions.Worker.", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && (_isHost || IsInInvocation());

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var details = exception is null ? "" : Environment.NewLine + exception;
                Console.WriteLine($"{logLevel}: {category}: {formatter(state, exception)}{details}");
            }
        }

        private bool IsInInvocation()
        {
            var found = new StrongBox<bool>();
            provider._scopes.ForEachScope(static (scope, found) => found.Value |= scope is InvocationScope, found);
            return found.Value;
        }
    }
}
