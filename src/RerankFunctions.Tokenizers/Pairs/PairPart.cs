namespace RerankFunctions.Tokenizers.Pairs;

/// <summary>The kind of a part of a pair template.</summary>
internal enum PairPartKind
{
    Query,
    Document,
    Special,
}

/// <summary>One part of a pair template.</summary>
/// <param name="Kind">Query, document or one special token.</param>
/// <param name="Id">The special token's id.</param>
/// <param name="TypeId">The type id of its tokens.</param>
internal readonly record struct PairPart(PairPartKind Kind, int Id, int TypeId)
{
    public static PairPart Query(int typeId) => new(PairPartKind.Query, -1, typeId);

    public static PairPart Document(int typeId) => new(PairPartKind.Document, -1, typeId);

    public static PairPart Special(int id, int typeId) => new(PairPartKind.Special, id, typeId);
}
