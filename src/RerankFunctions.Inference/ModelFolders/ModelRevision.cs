using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>
/// Identity of what decides scores: the first 20 hex digits of a SHA-256 over the existing small files, the files of weights, the precision that they are
/// converted to and the device, whose arithmetic rounds differently. Files of up to 64 MiB count whole. Of larger ones the length and 64 blocks of 1 MiB
/// count, evenly spread from the first to the last, so that gigabytes need not be read: weights of another training differ everywhere.
/// </summary>
internal static class ModelRevision
{
    private const int BlockSize = 1 << 20;
    private const int MaxBlocks = 64;

    /// <summary>Computes the revision of a model.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="weights">Full paths of the files of weights.</param>
    /// <param name="device">The device that runs the model.</param>
    /// <param name="precision">Precision that the weights are converted to; null if they run as they are in their files.</param>
    /// <exception cref="ModelLoadException">A file cannot be read.</exception>
    public static string Of(string folder, IEnumerable<string> weights, Device device, string? precision = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockSize];
        var small = ModelFolderLayout.Required.Concat(ModelFolderLayout.Optional).Select(name => Path.Combine(folder, name)).Where(File.Exists);
        foreach (var file in small.Concat(weights))
        {
            try
            {
                Append(hash, Path.GetRelativePath(folder, file).Replace('\\', '/'), file, block);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new ModelLoadException($"{Path.GetFileName(file)} cannot be read: {exception.Message}", exception);
            }
        }

        hash.AppendData(Encoding.UTF8.GetBytes($"{precision}\n{DeviceNames.NameOf(device)}"));
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
        var whole = length <= (long)BlockSize * MaxBlocks;
        var count = whole ? (length + BlockSize - 1) / BlockSize : MaxBlocks;
        for (var i = 0L; i < count; i++)
        {
            var offset = whole ? i * BlockSize
                : i == MaxBlocks - 1 ? length - BlockSize
                : (length - BlockSize) / (MaxBlocks - 1) * i;
            hash.AppendData(block, 0, ReadAt(handle, block, offset));
        }
    }

    private static int ReadAt(SafeFileHandle handle, byte[] block, long offset)
    {
        var filled = 0;
        while (filled < block.Length && RandomAccess.Read(handle, block.AsSpan(filled), offset + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled;
    }
}
