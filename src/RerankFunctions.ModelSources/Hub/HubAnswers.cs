using System.Text.Json.Serialization;

namespace RerankFunctions.ModelSources.Hub;

/// <summary>Part of the hub's answer to <c>GET /api/models/{owner}/{name}/revision/{revision}</c>.</summary>
/// <param name="Sha">The commit of the revision.</param>
internal sealed record HubRevision(string? Sha);

/// <summary>One entry of the hub's answer to <c>GET /api/models/{owner}/{name}/tree/{revision}</c>.</summary>
/// <param name="Type"><c>file</c> or <c>directory</c>.</param>
/// <param name="Path">Path in the repository.</param>
/// <param name="Oid">Git's object id of the file, or of the pointer to a file in LFS.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Lfs">Present for files in LFS.</param>
internal sealed record HubTreeEntry(string? Type, string? Path, string? Oid, long Size, HubLfs? Lfs);

/// <summary>A file in LFS.</summary>
/// <param name="Oid">SHA-256 of its bytes.</param>
/// <param name="Size">Bytes.</param>
internal sealed record HubLfs(string? Oid, long? Size);

/// <summary>Reads the hub's answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HubRevision))]
[JsonSerializable(typeof(List<HubTreeEntry>))]
internal sealed partial class HubJson : JsonSerializerContext;
