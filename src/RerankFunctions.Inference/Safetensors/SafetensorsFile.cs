using System.Buffers.Binary;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Safetensors;

/// <summary>Reads the headers of safetensors files. The tensors themselves are not read.</summary>
internal static class SafetensorsFile
{
    /// <summary>Reads and checks the header of a file.</summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="name">Name of the file, for messages.</param>
    /// <exception cref="ModelLoadException">The file cannot be read or is not valid.</exception>
    public static IReadOnlyList<SafetensorsTensor> Read(string path, string name)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            Span<byte> size = stackalloc byte[sizeof(ulong)];
            var headerBytes = length < size.Length || RandomAccess.Read(file, size, 0) != size.Length
                ? throw new SafetensorsFormatException("it is too short for safetensors")
                : BinaryPrimitives.ReadUInt64LittleEndian(size);
            if (headerBytes > SafetensorsHeader.MaxBytes)
            {
                throw new SafetensorsFormatException($"its header has {headerBytes} bytes; the maximum is {SafetensorsHeader.MaxBytes}");
            }

            if ((long)headerBytes > length - size.Length)
            {
                throw new SafetensorsFormatException("it ends before its header does");
            }

            var header = new byte[headerBytes];
            for (var read = 0; read < header.Length;)
            {
                read += RandomAccess.Read(file, header.AsSpan(read), size.Length + read) is > 0 and var more
                    ? more
                    : throw new SafetensorsFormatException("it ends before its header does");
            }

            return SafetensorsHeader.Read(header, length - size.Length - header.Length, path);
        }
        catch (SafetensorsFormatException exception)
        {
            throw new ModelLoadException($"{name} cannot be used: {exception.Message}.", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelLoadException($"{name} is missing in the model folder.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{name} cannot be read: {exception.Message}", exception);
        }
    }
}
