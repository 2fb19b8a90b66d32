using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>
/// The bytes of request bodies that this process works on at one time, of all requests together. Bytes count when they arrive, not when
/// they are declared, and until their request has its answer: texts and stored requests in memory grow with them.
/// </summary>
public sealed class BodyBudget(IOptions<RequestLimits> limits)
{
    private readonly long _maxBytes = limits.Value.MaxConcurrentBodyBytes;
    private long _bytes;

    /// <summary>Bytes that count now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Opens a share of the budget for one request.</summary>
    public Share Open() => new(this);

    private void Add(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > _maxBytes)
        {
            Interlocked.Add(ref _bytes, -bytes);
            throw new ProblemException(Problem.TooManyBodies());
        }
    }

    /// <summary>One request's bytes. Disposing gives them back.</summary>
    public sealed class Share(BodyBudget budget) : IDisposable
    {
        private long _bytes;

        /// <summary>Counts bytes that arrived.</summary>
        /// <exception cref="ProblemException">503: the budget is used up.</exception>
        public void Add(int bytes)
        {
            budget.Add(bytes);
            _bytes += bytes;
        }

        /// <inheritdoc />
        public void Dispose()
        {
            Interlocked.Add(ref budget._bytes, -_bytes);
            _bytes = 0;
        }
    }
}
