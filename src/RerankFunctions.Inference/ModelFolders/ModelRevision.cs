using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>
/// Identity of what decides scores: the first 20 hex digits of a SHA-256 over the small files (<see cref="ModelFiles.Required"/> and those of
/// <see cref="ModelFiles.Optional"/> that are there) and the weights' files. Files up to 64 MiB count whole; of larger ones the length and 64 blocks of 1 MiB, evenly spread with the first and the last,
/// so that gigabytes need not be read: weights of another training differ everywhere.
/// </summary>
internal static class ModelRevision
{
    private const int Block = 1 << 20;
    private const int Blocks = 64;

    /// <summary>Reads and hashes.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="weights">Full paths of the files that hold the weights, the graph first.</param>
    /// <exception cref="ModelLoadException">A file cannot be read.</exception>
    public static string Of(string folder, IEnumerable<string> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[Block];
        var small = ModelFiles.Required.Concat(ModelFiles.Optional).Select(name => Path.Combine(folder, name)).Where(File.Exists);
        foreach (var file in small.Concat(weights))
        {
            try
            {
                Append(hash, Path.GetRelativePath(folder, file).Replace('\\', '/'), file, block);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ModelLoadException($"{Path.GetFileName(file)} cannot be read: {e.Message}", e);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..20];
    }

    private static void Append(IncrementalHash hash, string name, string file, byte[] block)
    {
        using var handle = File.OpenHandle(file);
        var length = RandomAccess.GetLength(handle);
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(header, Encoding.UTF8.GetByteCount(name));
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], length);
        hash.AppendData(header);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        var whole = length <= (long)Block * Blocks;
        var count = whole ? (length + Block - 1) / Block : Blocks;
        for (var i = 0L; i < count; i++)
        {
            var at = whole ? i * Block : (length - Block) / (Blocks - 1) * i;
            if (!whole && i == Blocks - 1)
            {
                at = length - Block;
            }

            hash.AppendData(block, 0, ReadAt(handle, block, at));
        }
    }

    private static int ReadAt(Microsoft.Win32.SafeHandles.SafeFileHandle handle, byte[] block, long offset)
    {
        var filled = 0;
        while (filled < block.Length && RandomAccess.Read(handle, block.AsSpan(filled), offset + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled;
    }
}
