using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using RerankFunctions.Tokenizers;

namespace RerankFunctions.Tests.Tokenizers;

/// <summary>A text with the ids that Hugging Face's library gives it, and the files in which both lie, gzipped or not.</summary>
internal sealed record TokenGolden(string Text, int[] Ids)
{
    /// <summary>Reads lines of <c>{"u16": base64 of UTF-16LE, "ids": […]}</c>.</summary>
    public static IEnumerable<TokenGolden> Read(string path)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path)));
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var units = document.RootElement.GetProperty("u16").GetBytesFromBase64();
            yield return new TokenGolden(
                new string(MemoryMarshal.Cast<byte, char>(units)),
                [.. document.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())]);
        }
    }

    /// <summary>A tokenizer from a <c>tokenizer.json</c>.</summary>
    public static HuggingFaceTokenizer Load(string path) => TokenizerLoader.Parse(ReadBytes(path), Path.GetFileName(path));

    /// <summary>Asserts that a tokenizer gives these ids by its span path and by its base class, with places inside the text.</summary>
    public static void AssertAll(HuggingFaceTokenizer tokenizer, IEnumerable<TokenGolden> goldens)
    {
        using var ids = new TokenBuffer();
        var count = 0;
        foreach (var golden in goldens)
        {
            ids.Clear();
            tokenizer.Encode(golden.Text, TextMode.Parity, ids);
            AssertSame(golden, ids.Ids);
            var tokens = tokenizer.EncodeToTokens(golden.Text, out _);
            AssertSame(golden, [.. tokens.Select(token => token.Id)]);
            Assert.All(tokens, token => Assert.InRange(token.Offset.End.Value, token.Offset.Start.Value, golden.Text.Length));
            count++;
        }

        Assert.NotEqual(0, count);
    }

    private static void AssertSame(TokenGolden golden, ReadOnlySpan<int> ids)
    {
        if (!ids.SequenceEqual(golden.Ids))
        {
            Assert.Fail($"\"{JsonEncodedText.Encode(golden.Text)}\": [{string.Join(',', golden.Ids)}] wanted, [{string.Join(',', ids.ToArray())}] came.");
        }
    }

    private static byte[] ReadBytes(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllBytes(path);
        }

        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
