using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;

namespace RerankFunctions.Clients;

/// <summary>
/// Decides who may call the rerank routes. The Functions host knows no <c>Authorization: Bearer</c>, so these routes are anonymous to it, and the app checks
/// keys of its own. Without keys they are closed, except in development.
/// </summary>
public sealed class ClientAccess(ClientKeys keys, IOptions<ClientOptions> options, IHostEnvironment environment)
{
    /// <summary>Name of callers without a key, where the routes are open.</summary>
    public const string Anonymous = "anonymous";

    private const string Bearer = "Bearer ";

    private static readonly string[] Headers = ["Authorization", "api-key", "x-functions-key"];

    private readonly ConcurrentDictionary<string, Counter> _underWay = new(StringComparer.Ordinal);

    /// <summary>Who gets in.</summary>
    public AccessMode Mode =>
        keys.Names.Any() ? AccessMode.Keys
        : options.Value.AllowAnonymous ?? environment.IsDevelopment() ? AccessMode.Open
        : AccessMode.Closed;

    /// <summary>Lets a request in and counts it until the entry is disposed of.</summary>
    /// <exception cref="ProblemException">401: no valid key; 403: there are no keys; 429: the key has too many requests under way.</exception>
    public Entry Enter(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var name = Mode switch
        {
            AccessMode.Open => Anonymous,
            AccessMode.Closed => throw new ProblemException(Problem.NoClientKeys()),
            _ => FindName(request) ?? throw new ProblemException(Problem.Unauthorized()),
        };
        var limit = options.Value.MaxRequestsPerKey;
        var counter = _underWay.GetOrAdd(name, static _ => new Counter());
        if (Interlocked.Increment(ref counter.Count) > limit && limit > 0)
        {
            Interlocked.Decrement(ref counter.Count);
            throw new ProblemException(Problem.TooManyRequests(limit));
        }

        return new Entry(name, counter);
    }

    // Every header is looked at, so that the time does not tell which one has the key.
    private string? FindName(HttpRequest request)
    {
        string? found = null;
        foreach (var header in Headers)
        {
            foreach (var value in request.Headers[header])
            {
                var key = value.AsSpan().Trim();
                key = key.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? key[Bearer.Length..].Trim() : key;
                if (!key.IsEmpty)
                {
                    found = keys.Find(key.ToString()) ?? found;
                }
            }
        }

        return found;
    }

    /// <summary>A request that was let in. Disposing counts it out.</summary>
    public sealed class Entry : IDisposable
    {
        private Counter? _counter;

        internal Entry(string name, Counter counter) => (Name, _counter) = (name, counter);

        /// <summary>Name of the key.</summary>
        public string Name { get; }

        /// <inheritdoc />
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _counter, null) is { } counter)
            {
                Interlocked.Decrement(ref counter.Count);
            }
        }
    }

    /// <summary>The requests of a key that are under way.</summary>
    internal sealed class Counter
    {
        /// <summary>How many there are.</summary>
        public int Count;
    }
}

/// <summary>Who gets in to the rerank routes.</summary>
public enum AccessMode
{
    /// <summary>Nobody.</summary>
    Closed,

    /// <summary>Whoever has a key.</summary>
    Keys,

    /// <summary>Everybody.</summary>
    Open,
}
