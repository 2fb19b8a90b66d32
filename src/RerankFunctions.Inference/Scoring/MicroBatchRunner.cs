using System.Threading.Channels;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Inference.Scoring;

/// <summary>Runs micro-batches of one model, one at a time. While one runs, the next is prepared; whoever asks first has the next turn.</summary>
internal sealed class MicroBatchRunner : IAsyncDisposable
{
    private const int Buffers = 2;

    private readonly Channel<MicroBatch> _free = Channel.CreateBounded<MicroBatch>(Buffers);
    private readonly SemaphoreSlim _device = new(1, 1);

    /// <summary>Creates the two micro-batches of a model.</summary>
    public MicroBatchRunner(IModelFamily family)
    {
        for (var i = 0; i < Buffers; i++)
        {
            _free.Writer.TryWrite(family.CreateMicroBatch());
        }
    }

    /// <summary>Prepares pairs as soon as a micro-batch is free and starts their run as soon as the device is free.</summary>
    /// <param name="pairs">Pairs that may share a run.</param>
    /// <param name="cancellationToken">Ends the wait for a turn and the run.</param>
    /// <returns>The run under way, which gives one logit per pair. The jobs of the pairs must outlive it.</returns>
    public async Task<Task<float[]>> StartAsync(ReadOnlyMemory<EncodedPair> pairs, CancellationToken cancellationToken)
    {
        var batch = await _free.Reader.ReadAsync(cancellationToken);
        try
        {
            batch.Prepare(pairs.Span);
            await _device.WaitAsync(cancellationToken);
        }
        catch
        {
            _free.Writer.TryWrite(batch);
            throw;
        }

        return RunAsync(batch, cancellationToken);
    }

    /// <summary>Waits until no micro-batch is in use. No run can start afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < Buffers; i++)
        {
            await _free.Reader.ReadAsync();
        }

        _device.Dispose();
    }

    private async Task<float[]> RunAsync(MicroBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            var logits = new float[batch.Count];
            await Task.Run(() => batch.Run(logits, cancellationToken), cancellationToken);
            return logits;
        }
        finally
        {
            _device.Release();
            _free.Writer.TryWrite(batch);
        }
    }
}
