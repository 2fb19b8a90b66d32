using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>A request's body in pooled blocks. Disposing gives the blocks back.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>Largest body that the Functions host forwards.</summary>
    public const int MaxHostBytes = 100 * 1024 * 1024;

    private const int BlockBytes = 64 * 1024;

    /// <summary>Time from its begin for which an upload may be slower than the limit.</summary>
    private static readonly TimeSpan SlowTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MaxSkipTime = TimeSpan.FromSeconds(30);

    private readonly Block _first = new(position: 0);
    private Block _last;

    private RequestBody() => _last = _first;

    /// <summary>The whole body. Not to be used after disposal.</summary>
    public ReadOnlySequence<byte> Content => new(_first, 0, _last, _last.Count);

    /// <summary>Reads the body as it arrives, and no more of it than the limit.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limits">Maximum size, and minimum rate at which the body arrives.</param>
    /// <param name="share">Counts the bytes that arrive.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ProblemException">413: the body is declared larger, or turns out to be; 503: the budget is used up.</exception>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">The body breaks off, arrives too slowly or is not valid HTTP.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, RequestLimits limits, BodyBudget.Share share, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limits.MaxBodyBytes)
        {
            throw new ProblemException(Problem.BodyTooLarge(limits.MaxBodyBytes));
        }

        if (request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(limits.MinUploadBytesPerSecond, SlowTime);
        }

        var body = new RequestBody();
        try
        {
            while (await request.Body.ReadAsync(body.GetFree(), cancellationToken) is var read and > 0)
            {
                if (body.Content.Length + read > limits.MaxBodyBytes)
                {
                    throw new ProblemException(Problem.BodyTooLarge(limits.MaxBodyBytes));
                }

                share.Add(read);
                body._last.Count += read;
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads and drops what is left of the body of a request that has its answer: many clients read no answer before they have sent
    /// everything. It gives up after <see cref="MaxHostBytes"/> or <see cref="MaxSkipTime"/>, and when the client leaves.
    /// </summary>
    public static async Task SkipRestAsync(HttpRequest request)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        stop.CancelAfter(MaxSkipTime);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (var skipped = 0; skipped < MaxHostBytes && await request.Body.ReadAsync(block, stop.Token) is var read and > 0; skipped += read)
            {
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The answer is sent: a body that ends early or too late changes nothing.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    public void Dispose()
    {
        for (var block = _first; block is not null; block = (Block?)block.Next)
        {
            block.Return();
        }
    }

    private Memory<byte> GetFree()
    {
        if (_last.Count == BlockBytes)
        {
            _last = _last.Append();
        }

        return _last.Bytes.AsMemory(_last.Count, BlockBytes - _last.Count);
    }

    private sealed class Block : ReadOnlySequenceSegment<byte>
    {
        private byte[]? _bytes;

        public Block(long position)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(BlockBytes);
            Memory = _bytes.AsMemory(0, BlockBytes);
            RunningIndex = position;
        }

        /// <summary>Bytes in use.</summary>
        public int Count { get; set; }

        public byte[] Bytes => _bytes ?? throw new ObjectDisposedException(nameof(RequestBody));

        public Block Append()
        {
            var next = new Block(RunningIndex + BlockBytes);
            Next = next;
            return next;
        }

        public void Return()
        {
            if (_bytes is { } bytes)
            {
                _bytes = null;
                Memory = default;
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }
}
