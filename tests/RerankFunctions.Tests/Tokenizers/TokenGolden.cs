using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers;

/// <summary>A text with the ids that Hugging Face's library gives it, and the files in which both lie, gzipped or not.</summary>
internal sealed record TokenGolden(string Text, int[] Ids, string? Decoded)
{
    /// <summary>
    /// Reads lines of <c>{"text": …, "ids": […], "decoded": …}</c>. <c>"u16"</c>, UTF-16LE in base64, replaces a text that JSON cannot hold.
    /// The ids may have another name.
    /// </summary>
    public static IEnumerable<TokenGolden> Read(string path, string ids = "ids")
    {
        foreach (var line in Lines(path))
        {
            var golden = JsonElement.Parse(line);
            yield return new TokenGolden(
                golden.TryGetProperty("u16", out var units)
                    ? new string(MemoryMarshal.Cast<byte, char>(units.GetBytesFromBase64()))
                    : golden.GetProperty("text").GetString()!,
                [.. golden.GetProperty(ids).EnumerateArray().Select(id => id.GetInt32())],
                golden.TryGetProperty("decoded", out var decoded) ? decoded.GetString() : null);
        }
    }

    /// <summary>The lines of a file, gzipped or not.</summary>
    public static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path)));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>The path of a file that <c>tools/goldens/bpe-wordpiece.mjs</c> writes.</summary>
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Tokenizers", "Goldens", name);

    /// <summary>A tokenizer from a <c>tokenizer.json</c>.</summary>
    public static HuggingFaceTokenizer Load(string path) => TokenizerLoader.Parse(ReadBytes(path), Path.GetFileName(path));

    /// <summary>One of the small tokenizers of <see cref="PathOf"/> with something changed in its file.</summary>
    public static HuggingFaceTokenizer LoadChanged(string name, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(File.ReadAllText(PathOf($"{name}.tokenizer.json")))!;
        change(root);
        return TokenizerLoader.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "changed.json");
    }

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
            if (golden.Decoded is not null)
            {
                Assert.Equal(golden.Decoded, tokenizer.Decode(golden.Ids));
            }

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
