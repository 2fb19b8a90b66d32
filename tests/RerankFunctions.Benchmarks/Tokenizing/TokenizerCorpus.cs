using System.IO.Compression;
using System.Text.Json;

namespace RerankFunctions.Benchmarks.Tokenizing;

/// <summary>Vocabularies and texts of the tokenizer benchmark, from <c>../shared</c>: 6,342 paragraphs in 532 languages.</summary>
internal static class TokenizerCorpus
{
    /// <summary>The vocabularies, one a family and header.</summary>
    public static readonly string[] Vocabularies = ["qwen3", "bert-base-uncased", "bge-reranker-v2-m3"];

    /// <summary>The path of a file under <c>../shared/tokenizers</c>.</summary>
    public static string PathOf(string name) => Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "tokenizers", name));

    /// <summary>The bytes of a vocabulary's <c>tokenizer.json</c>.</summary>
    public static byte[] ReadVocabulary(string vocabulary)
    {
        using var bytes = new MemoryStream();
        using var gzip = Open($"{vocabulary}.tokenizer.json.gz");
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The texts.</summary>
    public static string[] ReadTexts()
    {
        using var reader = new StreamReader(Open("goldens/qwen3.udhr.jsonl.gz"));
        var texts = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            texts.Add(JsonElement.Parse(line).GetProperty("text").GetString()!);
        }

        return [.. texts];
    }

    private static GZipStream Open(string name) => new(File.OpenRead(PathOf(name)), CompressionMode.Decompress);
}
