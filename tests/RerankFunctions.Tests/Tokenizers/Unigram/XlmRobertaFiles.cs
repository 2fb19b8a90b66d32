using System.IO.Compression;
using System.Text.Json.Nodes;
using RerankFunctions.Tests.Support;
using RerankFunctions.Tokenizers;

namespace RerankFunctions.Tests.Tokenizers.Unigram;

/// <summary>The XLM-R vocabulary beside the repository under its three headers: A xlm-roberta-base, B bge-m3, C bge-reranker-v2-m3.</summary>
internal static class XlmRobertaFiles
{
    private static readonly Dictionary<string, Lazy<HuggingFaceTokenizer>> Tokenizers = new[] { "A", "B", "C" }
        .ToDictionary(header => header, header => new Lazy<HuggingFaceTokenizer>(() => TokenizerLoader.Parse(Read(header), $"{header}.json")));

    public static HuggingFaceTokenizer Get(string header) => Tokenizers[header].Value;

    private static byte[] Read(string header)
    {
        var name = header == "C" ? "bge-reranker-v2-m3" : "bge-m3";
        using var gzip = new GZipStream(File.OpenRead(SharedMaterial.PathOf($"tokenizers/{name}.tokenizer.json.gz")), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        if (header != "A")
        {
            return bytes.ToArray();
        }

        var file = JsonNode.Parse(bytes.ToArray())!;
        file["normalizer"] = file["normalizer"]!["normalizers"]![0]!.DeepClone();
        file["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(new JsonObject { ["type"] = "WhitespaceSplit" }, file["pre_tokenizer"]!.DeepClone()),
        };
        return System.Text.Encoding.UTF8.GetBytes(file.ToJsonString());
    }
}
