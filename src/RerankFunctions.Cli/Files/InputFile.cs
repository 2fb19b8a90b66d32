using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using RerankFunctions.Cli.Outcomes;

namespace RerankFunctions.Cli.Files;

/// <summary>The input of a run: a file, also one that gzip compressed.</summary>
internal sealed class InputFile : IDisposable
{
    private const int Blocks = 64;
    private const int BlockBytes = 64 * 1024;
    private static readonly byte[] GzipMagic = [0x1F, 0x8B];

    private readonly FileStream _file;

    private InputFile(FileStream file, Stream content, string fingerprint)
    {
        _file = file;
        Content = content;
        Fingerprint = fingerprint;
    }

    /// <summary>The text.</summary>
    public Stream Content { get; }

    /// <summary>Length of the file, with a hash of its content: of all of it up to 4 MiB, of evenly spread blocks beyond.</summary>
    public string Fingerprint { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length => _file.Length;

    /// <summary>Bytes of the file that have been read.</summary>
    public long Position => _file.Position;

    /// <summary>Opens a file.</summary>
    /// <exception cref="CliException">There is no such file, or it is a pipe.</exception>
    public static InputFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw CliException.Usage($"The file {path} does not exist.");
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BlockBytes, FileOptions.SequentialScan | FileOptions.Asynchronous);
        if (!file.CanSeek)
        {
            file.Dispose();
            throw CliException.Usage($"{path} is a pipe; a run needs a file, because it reads parts of it twice and can go on in it later.");
        }

        var fingerprint = FingerprintOf(file);
        file.Position = 0;
        var magic = new byte[GzipMagic.Length];
        var isCompressed = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.AsSpan().SequenceEqual(GzipMagic);
        file.Position = 0;
        return new InputFile(file, isCompressed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file, fingerprint);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
    }

    private static string FingerprintOf(FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockBytes];
        BinaryPrimitives.WriteInt64LittleEndian(block, file.Length);
        hash.AppendData(block, 0, sizeof(long));
        var isWhole = file.Length <= (long)Blocks * BlockBytes;
        for (var i = 0; i < Blocks; i++)
        {
            file.Position = isWhole ? Math.Min((long)i * BlockBytes, file.Length) : (file.Length - BlockBytes) / (Blocks - 1) * i;
            var read = file.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
            hash.AppendData(block, 0, read);
        }

        return FormattableString.Invariant($"{file.Length} bytes, {Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }
}
