using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RerankFunctions.Batches.Protocol;

/// <summary>Names of the output blobs of a batch, and of their blocks.</summary>
/// <param name="Results">Name of the blob with a line of each job.</param>
/// <param name="Errors">Name of the blob with a line of each job that failed.</param>
public sealed record OutputNames(string Results, string Errors)
{
    private const string Text = ".jsonl";
    private const string Gzip = ".gz";

    // Ids of a blob must have one length, and blocks of an earlier version of the app may still be staged.
    private const int BlockIdBytes = 13;
    private const int BlockOwnerBytes = BlockIdBytes - sizeof(ushort) - sizeof(int);

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

    /// <summary>Returns the id of a block.</summary>
    /// <param name="batch">
    /// The batch. Batches of one output stage blocks for one blob in turn: what a paused process stages late must not replace a block of the next batch.
    /// </param>
    /// <param name="chunk">Number of the chunk.</param>
    /// <param name="attempt">The attempt that stages it: what a later attempt of a paused process writes is another block.</param>
    public static string Block(BatchRecord batch, int chunk, int attempt)
    {
        var id = new byte[BlockIdBytes];
        if (batch.Version < BatchRecord.FirstVersionWithOwnBlocks)
        {
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{chunk:D6}-{attempt:D6}"), id);
        }
        else
        {
            SHA256.HashData(Encoding.ASCII.GetBytes(batch.Id.ToString())).AsSpan(..BlockOwnerBytes).CopyTo(id);
            BinaryPrimitives.WriteUInt16BigEndian(id.AsSpan(BlockOwnerBytes), (ushort)chunk);
            BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(BlockOwnerBytes + sizeof(ushort)), attempt);
        }

        return Convert.ToBase64String(id);
    }

    private static string WithoutEnd(string name, string end) =>
        name.Length > end.Length && name.EndsWith(end, StringComparison.OrdinalIgnoreCase) ? name[..^end.Length] : name;
}
