using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>What happens to a document that is longer than the model reads beside the query.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LongDocuments>))]
public enum LongDocuments
{
    /// <summary>Its start is read.</summary>
    [JsonStringEnumMemberName(LongDocumentsField.Truncate)]
    Truncate,

    /// <summary>It is cut into overlapping chunks. The score of the best one is its score.</summary>
    [JsonStringEnumMemberName(LongDocumentsField.ChunkMax)]
    ChunkMax,
}

/// <summary>The field <c>long_documents</c> of a request.</summary>
internal static class LongDocumentsField
{
    /// <summary>Name of <see cref="LongDocuments.Truncate"/>.</summary>
    public const string Truncate = "truncate";

    /// <summary>Name of <see cref="LongDocuments.ChunkMax"/>.</summary>
    public const string ChunkMax = "chunk_max";

    /// <summary>Reads the field and reports a wrong value.</summary>
    public static LongDocuments Read(RequestFields fields)
    {
        switch (fields.Text("long_documents", int.MaxValue))
        {
            case null or Truncate:
                return LongDocuments.Truncate;
            case ChunkMax:
                return LongDocuments.ChunkMax;
            default:
                fields.Report("/long_documents", $"must be \"{Truncate}\" or \"{ChunkMax}\"");
                return LongDocuments.Truncate;
        }
    }
}
