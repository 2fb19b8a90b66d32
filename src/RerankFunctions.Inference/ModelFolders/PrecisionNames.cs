namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Names of precisions in settings, <c>rerank.json</c> and answers.</summary>
internal static class PrecisionNames
{
    /// <summary>The names, for messages.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetValues<Precision>().Select(NameOf));

    /// <summary>Returns the name of a precision: <c>fp32</c>, <c>fp16</c>, <c>int8</c> or <c>int4</c>.</summary>
    public static string NameOf(Precision precision) => precision.ToString().ToLowerInvariant();

    /// <summary>Returns the precision of a name; null if there is none of this name.</summary>
    public static Precision? Find(string name) =>
        Enum.GetValues<Precision>().Where(precision => NameOf(precision) == name).Cast<Precision?>().FirstOrDefault();
}
