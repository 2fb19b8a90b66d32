using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>What happens to a document that is longer than the model reads beside the query.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LongDocuments>))]
public enum LongDocuments
{
    /// <summary>Its start is read.</summary>
    [JsonStringEnumMemberName(LongDocumentsNames.Truncate)]
    Truncate,

    /// <summary>It is cut into overlapping chunks. The score of the best one is its score.</summary>
    [JsonStringEnumMemberName(LongDocumentsNames.ChunkMax)]
    ChunkMax,
}

/// <summary>Names of <see cref="LongDocuments"/> in requests.</summary>
internal static class LongDocumentsNames
{
    public const string Truncate = "truncate";
    public const string ChunkMax = "chunk_max";
}
