using Azure.Core;
using Azure.Core.Pipeline;

namespace RerankFunctions.Tests.ModelSources;

/// <summary>A policy that breaks the streams of the first downloads of a blob.</summary>
internal sealed class BreakingDownloads(string name, int times) : HttpPipelinePolicy
{
    private int _left = times;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ProcessNext(message, pipeline);
        Break(message);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        Break(message);
    }

    private void Break(HttpMessage message)
    {
        if (!message.Request.Uri.Path.EndsWith(name, StringComparison.Ordinal) || Interlocked.Decrement(ref _left) < 0)
        {
            return;
        }

        message.Response.ContentStream?.Dispose();
        message.Response.ContentStream = new BrokenStream();
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new IOException("Cut.");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("Cut.");
    }
}
