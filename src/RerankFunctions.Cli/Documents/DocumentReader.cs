using System.Buffers;
using System.Text;
using RerankFunctions.Cli.Lines;
using RerankFunctions.Cli.Outcomes;

namespace RerankFunctions.Cli.Documents;

/// <summary>Reads the documents of a query, of at most <see cref="MaxBytes"/> together.</summary>
/// <param name="input">Standard input.</param>
internal sealed class DocumentReader(Stream input)
{
    /// <summary>Maximum size of all documents: the largest body that the Functions host accepts.</summary>
    public const int MaxBytes = 100_000_000;

    /// <summary>The name of standard input.</summary>
    public const string StandardInput = "-";

    private const int BufferBytes = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<SourceDocument> _documents = [];
    private long _bytes;

    /// <summary>The documents so far.</summary>
    public IReadOnlyList<SourceDocument> Documents => _documents;

    /// <summary>Reads a file that is one document; standard input has a document on each line.</summary>
    public async Task ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        if (path == StandardInput)
        {
            await ReadLinesAsync(input, "stdin", cancellationToken);
            return;
        }

        await using var file = Open(path);
        _documents.Add(new SourceDocument(path, Decode((await ReadAllAsync(file, path, cancellationToken)).Span, path), IsLine: false));
    }

    /// <summary>Reads a file with a document on each line that is not blank.</summary>
    public async Task ReadLinesAsync(string path, CancellationToken cancellationToken)
    {
        if (path == StandardInput)
        {
            await ReadLinesAsync(input, "stdin", cancellationToken);
            return;
        }

        await using var file = Open(path);
        await ReadLinesAsync(file, path, cancellationToken);
    }

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path) || !File.Exists(path))
        {
            throw CliException.Usage(Directory.Exists(path) ? $"{path} is a folder; name files." : $"The file {path} does not exist.");
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan | FileOptions.Asynchronous);
    }

    /// <summary>Reads to the end. The length of a file may be unknown: it may be a pipe.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>();
        while (await stream.ReadAsync(content.GetMemory(BufferBytes), cancellationToken) is var read and > 0)
        {
            Count(read, name);
            content.Advance(read);
        }

        return content.WrittenMemory;
    }

    private async Task ReadLinesAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        using var lines = new TextLineReader(stream, MaxBytes);
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            Count(line.IsTooLong ? MaxBytes + 1L : line.Bytes.Length, name);
            var source = FormattableString.Invariant($"{name}:{line.Number}");
            _documents.Add(new SourceDocument(source, Decode(line.Bytes.Span, source), IsLine: true));
        }
    }

    private void Count(long bytes, string name)
    {
        _bytes += bytes;
        if (_bytes > MaxBytes)
        {
            throw CliException.Usage(FormattableString.Invariant($"The documents up to {name} are larger than {MaxBytes:N0} bytes together."));
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return Strict.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            throw CliException.Usage($"{name} is not text in UTF-8.");
        }
    }
}
