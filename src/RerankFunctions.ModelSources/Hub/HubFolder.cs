using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Hub;

/// <summary>One commit of a model on the hub. The protocol: huggingface.co/docs/hub/api, and what huggingface_hub sends.</summary>
internal sealed partial class HubFolder(HubEndpoint endpoint, ModelLocation.Hub model, string commit, HubConnection connection) : IRemoteFolder
{
    private const int MaxPages = 50;

    /// <inheritdoc/>
    public string Name => model.ToString();

    private string Repository => $"{model.Owner}/{model.Name}";

    /// <summary>Asks which commit a branch or tag stands for.</summary>
    /// <exception cref="TransientDownloadException">Worth another try.</exception>
    /// <exception cref="ModelLoadException">Not worth one.</exception>
    public static async Task<string> FindCommitAsync(HubEndpoint endpoint, ModelLocation.Hub model, HubConnection connection, CancellationToken cancellationToken)
    {
        var address = endpoint.Below($"api/models/{model.Owner}/{model.Name}/revision/{Uri.EscapeDataString(model.Revision)}");
        using var response = await connection.GetAsync(address, "the revision", adjust: null, firstAnswer: null, cancellationToken);
        var answer = await ReadAsync(connection, response, HubJson.Default.HubRevision, model, "the revision", cancellationToken);
        return answer.Sha is { } sha && ModelLocation.IsCommitHash(sha)
            ? sha
            : throw new ModelLoadException($"{model}: {endpoint} gave no commit hash for revision '{model.Revision}'.");
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
                if (entry is { Type: "file" } && !files.TryAdd(entry.Path ?? "", Checked(entry)))
                {
                    throw new ModelLoadException($"{Name}: {endpoint} lists a file twice.");
                }
            }

            if (NextPage(response, page) is not { } next)
            {
                return [.. files.Values];
            }

            page = next;
        }

        throw new ModelLoadException($"{Name}: {endpoint} lists more than {MaxPages} pages of files.");
    }

    /// <inheritdoc/>
    public async Task<RemoteContent> OpenAsync(RemoteFile file, long offset, string? validator, CancellationToken cancellationToken)
    {
        var path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        var response = await connection.GetAsync(
            endpoint.Below($"{Repository}/resolve/{commit}/{path}"),
            file.Path,
            headers => AskForRest(headers, offset, validator),
            headers => CheckAnnounced(headers, file),
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

    private static void AskForRest(HttpRequestHeaders headers, long offset, string? validator)
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
            throw new ModelLoadException($"{Name}: the server has no byte {offset} of {file.Path}, which it lists with {file.Size} bytes.");
        }

        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            throw new ModelLoadException($"{Name}: the server sends {file.Path} compressed, which was not asked for.");
        }

        var start = 0L;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            start = response.Content.Headers.ContentRange is { From: { } from } range && from == offset && (range.Length ?? file.Size) == file.Size
                ? from
                : throw new ModelLoadException($"{Name}: the server sends another part of {file.Path} than was asked for.");
        }

        return response.Content.Headers.ContentLength is { } length && length != file.Size - start
            ? throw new ModelLoadException($"{Name}: the server sends {length + start} bytes for {file.Path}, and lists {file.Size}.")
            : start;
    }

    private void CheckAnnounced(HttpResponseHeaders headers, RemoteFile file)
    {
        var announced = FileDigest.FromHub(headers.TryGetValues("X-Linked-Etag", out var tags) ? tags.FirstOrDefault() : null);
        if (announced is not null && file.Digest is { } listed && announced.Kind == listed.Kind && announced != listed)
        {
            throw new ModelLoadException($"{Name}: the server lists {file.Path} with {listed.Kind} {listed.Hex} and announces {announced.Hex}.");
        }
    }

    private RemoteFile Checked(HubTreeEntry entry)
    {
        if (entry.Path is not { } path || !RemotePath.IsSafe(path))
        {
            throw new ModelLoadException($"{Name}: {endpoint} lists a file whose name leads out of the folder, is absolute, or cannot be a file's name; nothing is fetched from there.");
        }

        var digest = entry.Lfs is { } lfs ? FileDigest.FromHub(lfs.Oid) : FileDigest.FromHub(entry.Oid);
        return digest is not null && (entry.Lfs is null || digest.Kind == DigestKind.Sha256)
            ? new RemoteFile(path, entry.Lfs?.Size ?? entry.Size, digest)
            : throw new ModelLoadException($"{Name}: {endpoint} lists {path} without a hash.");
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
            : throw new ModelLoadException($"{Name}: {endpoint} continues the list of files on another host.");
    }

    private static async Task<T> ReadAsync<T>(
        HubConnection connection, HttpResponseMessage response, JsonTypeInfo<T> type, ModelLocation.Hub model, string what, CancellationToken cancellationToken)
    {
        await connection.LoadTextAsync(response, what, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken)
                ?? throw new ModelLoadException($"{model}: the answer about {what} is empty.");
        }
        catch (JsonException e)
        {
            throw new ModelLoadException($"{model}: the answer about {what} is not what a hub sends.", e);
        }
    }

    [GeneratedRegex("""<([^<>]{1,2048})>\s*;\s*rel="?next"?""", RegexOptions.CultureInvariant)]
    private static partial Regex NextLink();
}
