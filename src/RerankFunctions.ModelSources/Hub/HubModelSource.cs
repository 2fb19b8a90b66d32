using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Cache;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Hub;

/// <summary>Model folders on the Hugging Face hub or a server with the same API, fetched into the cache.</summary>
internal sealed partial class HubModelSource(
    HubEndpoint endpoint,
    ModelDownload download,
    DownloadRetry retry,
    ModelCache cache,
    TimeProvider time,
    ILogger<HubModelSource> logger)
{
    // IdnHost gives an IPv6 address without brackets. A file name cannot have its colons.
    private string PlaceOf(ModelLocation.Hub model) => $"hub/{endpoint.Address.IdnHost.Replace(':', '-')}-{endpoint.Address.Port}/{model.Owner}/{model.Name}";

    /// <summary>Returns the local folder of a model, and fetches it first where it is missing.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be fetched.</exception>
    public async Task<string> GetFolderAsync(ModelDefinition definition, ModelLocation.Hub model, CancellationToken cancellationToken)
    {
        using var connection = new HubConnection(endpoint, model, time);
        var commit = model.IsPinned ? model.Revision : await FindCommitAsync(model, connection, cancellationToken);
        return await cache.GetOrAddAsync(
            $"{PlaceOf(model)}/{commit}",
            download.NamesFor(definition),
            async (staging, token) =>
            {
                var folder = new HubFolder(endpoint, model, commit, connection);
                var listed = await retry.RunAsync(folder.ListAsync, token);
                return await download.RunAsync(definition, folder, listed, staging, token);
            },
            cancellationToken);
    }

    private async Task<string> FindCommitAsync(ModelLocation.Hub model, HubConnection connection, CancellationToken cancellationToken)
    {
        LogNotPinned(logger, model);
        var note = $"{PlaceOf(model)}/refs/{Uri.EscapeDataString(model.Revision)}";
        try
        {
            var commit = await retry.RunAsync(token => HubFolder.FindCommitAsync(endpoint, model, connection, token), cancellationToken);
            LogCommit(logger, model, commit);
            await cache.WriteNoteAsync(note, commit, cancellationToken);
            return commit;
        }
        catch (ModelLoadException exception) when (exception.IsTransient)
        {
            // The hub does not answer: the last known commit is better than no model.
            if (await cache.ReadNoteAsync(note, cancellationToken) is not { } known || !ModelLocationParser.IsCommitHash(known))
            {
                throw;
            }

            LogLastKnown(logger, exception.Message, known);
            return known;
        }
    }

    [LoggerMessage(
        EventId = 5,
        Level = LogLevel.Warning,
        Message = "{Model} names a branch or tag, which may change; a commit hash after '@' always gives the same model")]
    private static partial void LogNotPinned(ILogger logger, ModelLocation.Hub model);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "{Model} is commit {Commit}")]
    private static partial void LogCommit(ILogger logger, ModelLocation.Hub model, string commit);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "{Problem} Using the last known commit: {Commit}")]
    private static partial void LogLastKnown(ILogger logger, string problem, string commit);
}
