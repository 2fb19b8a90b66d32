using System.Globalization;
using System.Text;

namespace RerankFunctions.Batches.Protocol;

/// <summary>Names of the output blobs of a batch, and of their blocks.</summary>
/// <param name="Results">Name of the blob with a line of each job.</param>
/// <param name="Errors">Name of the blob with a line of each job that failed.</param>
public sealed record OutputNames(string Results, string Errors)
{
    private const string Text = ".jsonl";
    private const string Gzip = ".gz";

    /// <summary>
    /// Returns the names of a batch's outputs. Those of a drop are in the same folder as the drop; others are in a folder that is called as the input's
    /// container.
    /// </summary>
    public static OutputNames Of(BatchRecord batch)
    {
        var name = WithoutEnd(WithoutEnd(batch.Input.Name, Gzip), Text);
        name = batch.IsDrop ? name : $"{batch.Input.Container}/{name}";
        return new OutputNames($"{name}.results.jsonl", $"{name}.errors.jsonl");
    }

    /// <summary>Returns the id of a block. Ids of a blob have one length.</summary>
    /// <param name="chunk">Number of the chunk.</param>
    /// <param name="attempt">The attempt that stages it: what a later attempt of a paused process writes is another block.</param>
    public static string Block(int chunk, int attempt) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{chunk:D6}-{attempt:D6}")));

    private static string WithoutEnd(string name, string end) =>
        name.Length > end.Length && name.EndsWith(end, StringComparison.OrdinalIgnoreCase) ? name[..^end.Length] : name;
}
