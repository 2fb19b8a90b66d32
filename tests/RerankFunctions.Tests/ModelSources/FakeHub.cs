using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RerankFunctions.Tests.ModelSources;

/// <summary>
/// A fake of the hub with one repository: revisions, lists in pages, small files with their Git id behind a relative redirect, large
/// ones in LFS behind a redirect to another port, ranges with If-Range. <see cref="Before"/> makes it misbehave.
/// </summary>
internal sealed class FakeHub : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private const string ResolveCache = $"/api/resolve-cache/models/owner/name/{Commit}/";

    private readonly WebApplication _app;
    private readonly string _storage;

    private FakeHub(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Address = addresses[0];
        _storage = addresses[1];
    }

    /// <summary>The value of <c>HF_ENDPOINT</c>.</summary>
    public string Address { get; }

    /// <summary>The repository's files. Those of 1,000 bytes and more are in LFS.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Hashes in the list that replace the right ones.</summary>
    public Dictionary<string, string> WrongHashes { get; } = [];

    /// <summary>Further entries of the list, as JSON.</summary>
    public List<string> ExtraEntries { get; } = [];

    public int PageSize { get; set; } = 1000;

    /// <summary>The required token; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>Requests so far.</summary>
    public ConcurrentQueue<Request> Requests { get; } = new();

    /// <summary>Called before each answer with the number of earlier requests for the same path; returns true if it has answered.</summary>
    public Func<HttpContext, int, Task<bool>> Before { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Returns the requests for a file's bytes on either port.</summary>
    public IEnumerable<Request> RequestsFor(string file)
    {
        var sha = Sha256(Files[file]);
        return Requests.Where(r => r.Path == $"/owner/name/resolve/{Commit}/{file}" || r.Path == $"/lfs/{sha}");
    }

    public static async Task<FakeHub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://127.0.0.1:0");
        var app = builder.Build();
        FakeHub? server = null;
        app.Run(context => server!.AnswerAsync(context));
        await app.StartAsync();
        return server = new FakeHub(app);
    }

    /// <summary>Answers the first request below a path.</summary>
    public static Func<HttpContext, int, Task<bool>> Once(string path, Action<HttpContext> answer)
    {
        var left = 1;
        return (context, _) =>
        {
            if (!context.Request.Path.Value!.StartsWith(path, StringComparison.Ordinal) || Interlocked.Exchange(ref left, 0) == 0)
            {
                return Task.FromResult(false);
            }

            answer(context);
            return Task.FromResult(true);
        };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var before = Requests.Count(r => r.Path == path);
        Requests.Enqueue(new Request(
            path, context.Request.Headers.Range.ToString(), context.Request.Headers.IfRange.ToString(), context.Request.Headers.Authorization.ToString()));
        if (await Before(context, before))
        {
            return;
        }

        if (path.StartsWith("/lfs/", StringComparison.Ordinal))
        {
            var bytes = Files.Values.First(bytes => Sha256(bytes) == path["/lfs/".Length..]);
            await SendAsync(context, bytes, "\"cdn-" + Sha256(bytes)[..8] + "\"");
        }
        else if (Token is not null && context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            await FailAsync(context, context.Request.Headers.Authorization.Count == 0 ? 401 : 403, "GatedRepo");
        }
        else if (path == "/api/models/owner/name/revision/main")
        {
            await context.Response.WriteAsync($$"""{"id":"owner/name","sha":"{{Commit}}","siblings":[]}""");
        }
        else if (path == $"/api/models/owner/name/tree/{Commit}")
        {
            await ListAsync(context);
        }
        else if (path.StartsWith(ResolveCache, StringComparison.Ordinal))
        {
            var bytes = Files[path[ResolveCache.Length..]];
            await SendAsync(context, bytes, $"\"{GitId(bytes)}\"");
        }
        else if (path.StartsWith($"/owner/name/resolve/{Commit}/", StringComparison.Ordinal))
        {
            await ResolveAsync(context, path[$"/owner/name/resolve/{Commit}/".Length..]);
        }
        else
        {
            await FailAsync(context, 404, path.StartsWith("/api/models/owner/name/", StringComparison.Ordinal) ? "RevisionNotFound" : "RepoNotFound");
        }
    }

    private async Task ListAsync(HttpContext context)
    {
        var from = int.Parse(context.Request.Query["cursor"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        var entries = Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(Entry).Concat(ExtraEntries).ToList();
        if (from + PageSize < entries.Count)
        {
            context.Response.Headers.Link = $"""<{Address}{context.Request.Path}?recursive=true&cursor={from + PageSize}>; rel="next" """;
        }

        await context.Response.WriteAsync($"[{string.Join(',', entries.Skip(from).Take(PageSize))}]");
    }

    private string Entry(KeyValuePair<string, byte[]> file)
    {
        var size = file.Value.Length;
        var isLarge = size >= 1000;
        var hash = WrongHashes.GetValueOrDefault(file.Key) ?? (isLarge ? Sha256(file.Value) : GitId(file.Value));
        var lfs = isLarge ? $$""","lfs":{"oid":"{{hash}}","size":{{size}},"pointerSize":134}""" : "";
        return $$"""{"type":"file","oid":"{{(isLarge ? GitId(file.Value) : hash)}}","size":{{size}},"path":"{{file.Key}}"{{lfs}}}""";
    }

    private async Task ResolveAsync(HttpContext context, string path)
    {
        context.Response.Headers["X-Repo-Commit"] = Commit;
        if (!Files.TryGetValue(path, out var bytes))
        {
            await FailAsync(context, 404, "EntryNotFound");
        }
        else if (bytes.Length >= 1000)
        {
            context.Response.Headers["X-Linked-Etag"] = $"\"{WrongHashes.GetValueOrDefault(path) ?? Sha256(bytes)}\"";
            context.Response.Headers["X-Linked-Size"] = bytes.Length.ToString(CultureInfo.InvariantCulture);
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = $"{_storage}/lfs/{Sha256(bytes)}?signature=x";
        }
        else if (Token is null)
        {
            // Private and gated repositories send small files at once.
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = ResolveCache + path;
        }
        else
        {
            await SendAsync(context, bytes, $"\"{GitId(bytes)}\"");
        }
    }

    private static async Task SendAsync(HttpContext context, byte[] bytes, string etag)
    {
        context.Response.Headers.ETag = etag;
        var from = 0;
        var range = context.Request.Headers.Range.ToString();
        var ifRange = context.Request.Headers.IfRange.ToString();
        if (range.Length > 0 && (ifRange.Length == 0 || ifRange == etag))
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }

        context.Response.ContentLength = bytes.Length - from;
        await context.Response.Body.WriteAsync(bytes.AsMemory(from));
    }

    private static async Task FailAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["X-Error-Code"] = code;
        await context.Response.WriteAsync("""{"error":"no"}""");
    }

#pragma warning disable CA5350 // Git's object ids are SHA-1.
    private static string GitId(byte[] bytes) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350

    /// <summary>A request with its headers.</summary>
    internal sealed record Request(string Path, string Range, string IfRange, string Authorization);
}
