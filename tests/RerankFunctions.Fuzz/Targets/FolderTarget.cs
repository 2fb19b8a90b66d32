using RerankFunctions.Fuzz.Mutations;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>
/// Loads model folders with one mutated file through the reranker's registration. A case ends in a <see cref="ModelLoadException"/> at load,
/// a <see cref="ScoringException"/> at a request, or finite scores.
/// </summary>
/// <param name="graphs">Whether to mutate the ONNX file, or else one of the small JSON files.</param>
internal sealed class FolderTarget(bool graphs) : IFuzzTarget
{
    private const string Overrides = "rerank.json";

    private static readonly byte[] SomeOverrides =
    [
        .. """
        {"family":"cross-encoder","instruction":"i","template":"{instruction}{query}{document}","max_length":64,"output":"logits",
         "file":"onnx/model.onnx","dtype":"fp32"}
        """u8,
    ];

    private readonly List<Copy> _copies = [.. Material.ModelFolders.Select(Copy.Of).OfType<Copy>()];

    public Outcome Run(Random random)
    {
        var copy = _copies[random.Next(_copies.Count)];
        var (file, original) = graphs
            ? copy.Graphs[random.Next(copy.Graphs.Count)]
            : copy.Jsons[random.Next(copy.Jsons.Count)];
        var path = Path.Combine(copy.Folder, file);
        File.WriteAllBytes(path, graphs ? GraphMutation.Mutate(original, copy.Parsed[file], random) : JsonMutation.Mutate(original, random));
        try
        {
            return FolderScores.ScoreAsync(copy.Folder, DtypeOf(file)).GetAwaiter().GetResult();
        }
        finally
        {
            if (file == Overrides)
            {
                File.Delete(path);
            }
            else
            {
                File.WriteAllBytes(path, original);
            }
        }
    }

    public void Dispose() => _copies.ForEach(copy => Directory.Delete(copy.Folder, recursive: true));

    private static string DtypeOf(string file) =>
        file.Contains("_fp16", StringComparison.Ordinal) ? "fp16" : file.Contains("_int8", StringComparison.Ordinal) ? "int8" : "auto";

    /// <summary>A private copy of the small files of a model folder.</summary>
    private sealed class Copy
    {
        // Mutations of megabytes of weights find little and take long.
        private const long MaxGraphBytes = 6 << 20;

        public required string Folder { get; init; }

        public List<(string File, byte[] Bytes)> Graphs { get; } = [];

        public List<(string File, byte[] Bytes)> Jsons { get; } = [(Overrides, SomeOverrides)];

        public Dictionary<string, List<ProtoNode>> Parsed { get; } = [];

        public static Copy? Of(string source)
        {
            var copy = new Copy { Folder = Directory.CreateTempSubdirectory("rerank-fuzz-").FullName };
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(source, file).Replace('\\', '/');
                var isGraph = name.EndsWith(".onnx", StringComparison.Ordinal) && new FileInfo(file).Length <= MaxGraphBytes;
                var isJson = name is "config.json" or "tokenizer_config.json" or "special_tokens_map.json";
                if (!isGraph && !isJson && name != "tokenizer.json" && !name.EndsWith(".onnx_data", StringComparison.Ordinal))
                {
                    continue;
                }

                var target = Path.Combine(copy.Folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
                File.SetAttributes(target, FileAttributes.Normal);
                if (isJson)
                {
                    copy.Jsons.Add((name, File.ReadAllBytes(target)));
                }

                if (isGraph && ProtoNode.TryParse(File.ReadAllBytes(target), depth: 8, out var parsed))
                {
                    copy.Graphs.Add((name, File.ReadAllBytes(target)));
                    copy.Parsed[name] = parsed;
                }
            }

            return copy.Graphs.Count > 0 ? copy : null;
        }
    }
}
