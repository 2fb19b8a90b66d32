using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Batches.Protocol;

/// <summary>The form of a batch's state that callers see.</summary>
public static class BatchStatuses
{
    /// <summary>Returns the form of a state.</summary>
    public static BatchStatus Of(BatchRecord batch)
    {
        var names = OutputNames.Of(batch);
        var hasOutput = batch.State is BatchState.Completed or BatchState.Cancelled or BatchState.Expired && batch.DoneChunks() > 0;
        return new BatchStatus
        {
            Id = batch.Id,
            Endpoint = batch.Endpoint,
            Errors = batch.Error is { } error ? new BatchErrors([error]) : null,
            InputFileId = $"{batch.Input.Container}/{batch.Input.Name}",
            CompletionWindow = CompletionWindow.Format(batch.Window),
            Status = batch.State,
            OutputFileId = hasOutput ? $"{batch.OutputContainer}/{names.Results}" : null,
            ErrorFileId = hasOutput && batch.FailedLines > 0 ? $"{batch.OutputContainer}/{names.Errors}" : null,
            CreatedAt = batch.CreatedAt.ToUnixTimeSeconds(),
            InProgressAt = batch.InProgressAt?.ToUnixTimeSeconds(),
            ExpiresAt = (batch.CreatedAt + batch.Window).ToUnixTimeSeconds(),
            FinalizingAt = batch.FinalizingAt?.ToUnixTimeSeconds(),
            CompletedAt = EndOf(BatchState.Completed),
            FailedAt = EndOf(BatchState.Failed),
            ExpiredAt = EndOf(BatchState.Expired),
            CancellingAt = batch.CancellingAt?.ToUnixTimeSeconds(),
            CancelledAt = EndOf(BatchState.Cancelled),
            RequestCounts = new BatchCounts(batch.Cut.Lines, batch.CompletedLines, batch.FailedLines),
            Metadata = batch.Metadata,
            Model = batch.Model,
            Input = new BatchInput(batch.Input.Bytes, batch.IsCompressed == true ? "gzip" : null, batch.Sha256),
            Pairs = new PairProgress(batch.Cut.Pairs, batch.ScoredPairs),
            Chunks = new ChunkProgress(batch.Cut.Chunks, batch.DoneChunks(), batch.IsEnded() ? 0 : batch.Active.Count),
            Usage = BatchUsage.Of(batch.Tokens, batch.CachedTokens),
            QueueMs = Moment.Milliseconds(batch.CreatedAt, batch.StartedAt),
            RunMs = Moment.Milliseconds(batch.StartedAt, batch.EndedAt),
        };

        long? EndOf(BatchState state) => batch.State == state ? batch.EndedAt?.ToUnixTimeSeconds() : null;
    }
}
