using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Hub;

/// <summary>One commit of a model on the hub, read with the API in huggingface.co/docs/hub/api as the package huggingface_hub does.</summary>
internal sealed partial class HubFolder(HubEndpoint endpoint, ModelLocation.Hub model, string commit, HubConnection connection) : IRemoteFolder
{
    private const int MaxPages = 50;

    /// <inheritdoc/>
    public string Name => model.ToString();

    private string Repository => $"{model.Owner}/{model.Name}";

    /// <summary>Asks the hub for the commit of a branch or tag.</summary>
    /// <exception cref="TransientDownloadException">Another try may succeed.</exception>
    /// <exception cref="ModelLoadException">The model or the revision cannot be used.</exception>
    public static async Task<string> FindCommitAsync(
        HubEndpoint endpoint, ModelLocation.Hub model, HubConnection connection, CancellationToken cancellationToken)
    {
        var address = endpoint.Below($"api/models/{model.Owner}/{model.Name}/revision/{Uri.EscapeDataString(model.Revision)}");
        using var response = await connection.GetAsync(address, "the revision", adjust: null, firstAnswer: null, cancellationToken);
        var answer = await ReadAsync(connection, response, HubJson.Default.HubRevision, model, "the revision", cancellationToken);
        return answer.Sha is { } sha && ModelLocationParser.IsCommitHash(sha)
            ? sha
            : throw HubFailure.Invalid($"{model}: {endpoint} gave no commit hash for revision '{model.Revision}'.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, RemoteFile>(StringComparer.Ordinal);
        var page = endpoint.Below($"api/models/{Repository}/tree/{commit}?recursive=true");
        for (var pages = 0; pages < MaxPages; pages++)
        {
            using var response = await connection.GetAsync(page, "the list of files", adjust: null, firstAnswer: null, cancellationToken);
            foreach (var entry in await ReadAsync(connection, response, HubJson.Default.ListHubTreeEntry, model, "the list of files", cancellationToken))
            {
                if (entry is { Type: "file" } && !files.TryAdd(entry.Path ?? "", ToFile(entry)))
                {
                    throw HubFailure.Invalid($"{Name}: {endpoint} lists a file twice.");
                }
            }

            if (NextPage(response, page) is not { } next)
            {
                return [.. files.Values];
            }

            page = next;
        }

        throw HubFailure.Invalid($"{Name}: {endpoint} lists more than {MaxPages} pages of files.");
    }

    /// <inheritdoc/>
    public async Task<RemoteContent> OpenAsync(RemoteFile file, long offset, string? validator, CancellationToken cancellationToken)
    {
        var path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        var response = await connection.GetAsync(
            endpoint.Below($"{Repository}/resolve/{commit}/{path}"),
            file.Path,
            headers => RequestRest(headers, offset, validator),
            headers => CheckAnnouncedHash(headers, file),
            cancellationToken);
        try
        {
            var start = StartOf(response, file, offset);
            var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.ToString() : null;
            return new RemoteContent(await response.Content.ReadAsStreamAsync(cancellationToken), start, tag, response);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static void RequestRest(HttpRequestHeaders headers, long offset, string? validator)
    {
        headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (offset == 0)
        {
            return;
        }

        headers.Range = new RangeHeaderValue(offset, null);
        if (EntityTagHeaderValue.TryParse(validator, out var tag))
        {
            headers.IfRange = new RangeConditionHeaderValue(tag);
        }
    }

    private long StartOf(HttpResponseMessage response, RemoteFile file, long offset)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw HubFailure.Invalid($"{Name}: the server has no byte {offset} of {file.Path}, which it lists with {file.Size} bytes.");
        }

        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            throw HubFailure.Invalid($"{Name}: the server sends {file.Path} compressed without being asked to.");
        }

        var start = 0L;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            start = response.Content.Headers.ContentRange is { From: { } from } range && from == offset && (range.Length ?? file.Size) == file.Size
                ? from
                : throw HubFailure.Invalid($"{Name}: the server sends another part of {file.Path} than requested.");
        }

        return response.Content.Headers.ContentLength is { } length && length != file.Size - start
            ? throw HubFailure.Invalid($"{Name}: the server sends {length + start} bytes for {file.Path}, and lists {file.Size}.")
            : start;
    }

    private void CheckAnnouncedHash(HttpResponseHeaders headers, RemoteFile file)
    {
        var announced = FileDigest.FromHub(headers.TryGetValues("X-Linked-Etag", out var tags) ? tags.FirstOrDefault() : null);
        if (announced is not null && file.Digest is { } listed && announced.Kind == listed.Kind && announced != listed)
        {
            throw HubFailure.Invalid($"{Name}: the server lists {file.Path} with {listed.Kind} {listed.Hex} and announces {announced.Hex}.");
        }
    }

    private RemoteFile ToFile(HubTreeEntry entry)
    {
        if (entry.Path is not { } path || !RelativePath.IsValid(path))
        {
            throw HubFailure.Invalid($"{Name}: {endpoint} lists a file with an invalid name; it must be {RelativePath.Rule}.");
        }

        var digest = entry.Lfs is { } lfs ? FileDigest.FromHub(lfs.Oid) : FileDigest.FromHub(entry.Oid);
        return digest is not null && (entry.Lfs is null || digest.Kind == DigestKind.Sha256)
            ? new RemoteFile(path, entry.Lfs?.Size ?? entry.Size, digest)
            : throw HubFailure.Invalid($"{Name}: {endpoint} lists {path} without a hash.");
    }

    private Uri? NextPage(HttpResponseMessage response, Uri page)
    {
        if (!response.Headers.TryGetValues("Link", out var links))
        {
            return null;
        }

        var target = links.Select(link => NextLink().Match(link)).FirstOrDefault(match => match.Success)?.Groups[1].Value;
        if (target is null)
        {
            return null;
        }

        return Uri.TryCreate(page, target, out var next) && endpoint.IsSameOrigin(next)
            ? next
            : throw HubFailure.Invalid($"{Name}: {endpoint} continues the list of files on another host.");
    }

    private static async Task<T> ReadAsync<T>(
        HubConnection connection, HttpResponseMessage response, JsonTypeInfo<T> type, ModelLocation.Hub model, string what, CancellationToken cancellationToken)
    {
        await connection.LoadBodyAsync(response, what, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken)
                ?? throw HubFailure.Invalid($"{model}: the answer with {what} is empty.");
        }
        catch (JsonException exception)
        {
            throw HubFailure.Invalid($"{model}: the answer with {what} is not what a hub sends.", exception);
        }
    }

    [GeneratedRegex("""<([^<>]{1,2048})>\s*;\s*rel="?next"?""", RegexOptions.CultureInvariant)]
    private static partial Regex NextLink();
}
