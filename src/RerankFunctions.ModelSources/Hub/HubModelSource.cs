using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Hub;

/// <summary>A model folder fetched from the Hugging Face hub, or a server that speaks its protocol, into the cache.</summary>
internal sealed partial class HubModelSource(
    ModelLocation.Hub model,
    HubEndpoint endpoint,
    ModelFileSelection selection,
    FolderDownload download,
    ModelCache cache,
    TimeProvider time,
    ILogger logger) : IModelSource
{
    // IdnHost has an IPv6 address without brackets; its colons cannot stand in a file's name.
    private string Place => $"hub/{endpoint.Address.IdnHost.Replace(':', '-')}-{endpoint.Address.Port}/{model.Owner}/{model.Name}";

    /// <inheritdoc/>
    public async Task<string> GetFolderAsync(CancellationToken cancellationToken)
    {
        using var connection = new HubConnection(endpoint, model, time);
        var commit = model.IsPinned ? model.Revision : await FindCommitAsync(connection, cancellationToken);
        return await cache.GetOrAddAsync(
            $"{Place}/{commit}/{selection.Name}",
            async (staging, token) =>
            {
                var folder = new HubFolder(endpoint, model, commit, connection);
                var listed = await download.Retry.RunAsync(folder.ListAsync, token);
                await selection.FetchAsync(folder, listed, staging, token);
            },
            cancellationToken);
    }

    private async Task<string> FindCommitAsync(HubConnection connection, CancellationToken cancellationToken)
    {
        LogNotPinned(logger, model);
        var note = $"{Place}/refs/{Uri.EscapeDataString(model.Revision)}";
        try
        {
            var commit = await download.Retry.RunAsync(token => HubFolder.FindCommitAsync(endpoint, model, connection, token), cancellationToken);
            LogCommit(logger, model, commit);
            await cache.WriteNoteAsync(note, commit, cancellationToken);
            return commit;
        }
        catch (ModelLoadException e) when (e.InnerException is TransientDownloadException)
        {
            // The hub cannot be asked: what the name stood for when it could is better than no model.
            if (await cache.ReadNoteAsync(note, cancellationToken) is not { } known || !ModelLocation.IsCommitHash(known))
            {
                throw;
            }

            LogLastKnown(logger, e.Message, known);
            return known;
        }
    }

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "{Model} names a branch or tag, which may change: a commit hash after '@' always gives the same model")]
    private static partial void LogNotPinned(ILogger logger, ModelLocation.Hub model);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "{Model} is commit {Commit}")]
    private static partial void LogCommit(ILogger logger, ModelLocation.Hub model, string commit);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "{Problem} The commit it last stood for is used: {Commit}")]
    private static partial void LogLastKnown(ILogger logger, string problem, string commit);
}
