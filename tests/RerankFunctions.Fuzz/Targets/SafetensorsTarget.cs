using System.Buffers.Binary;
using RerankFunctions.Fuzz.Mutations;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>
/// Loads folders whose graph is built from safetensors, with one mutated file: the header of weights, the list of shards, or <c>config.json</c>. A case ends
/// in a <see cref="ModelLoadException"/> at load, a <see cref="ScoringException"/> at a request, or finite scores.
/// </summary>
/// <param name="configurations">Whether to mutate <c>config.json</c>, or else headers and lists.</param>
internal sealed class SafetensorsTarget(bool configurations) : IFuzzTarget
{
    private readonly List<Copy> _copies = [.. Material.SafetensorsFolders.Select(Copy.Of)];

    public Outcome Run(Random random)
    {
        var copy = _copies[random.Next(_copies.Count)];
        var files = copy.Files.Where(file => file.Name == "config.json" == configurations).ToList();
        var (name, original) = files[random.Next(files.Count)];
        var path = Path.Combine(copy.Folder, name);
        File.WriteAllBytes(path, name.EndsWith(".json", StringComparison.Ordinal) ? JsonMutation.Mutate(original, random) : MutateHeader(original, random));
        try
        {
            return FolderScores.ScoreAsync(copy.Folder, "auto").GetAwaiter().GetResult();
        }
        finally
        {
            File.WriteAllBytes(path, original);
        }
    }

    public void Dispose() => _copies.ForEach(copy => Directory.Delete(copy.Folder, recursive: true));

    private static byte[] MutateHeader(byte[] file, Random random)
    {
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        var data = file.AsSpan(sizeof(ulong) + length);
        if (random.Next(6) == 0)
        {
            // Length and header as bytes, cut off or grown.
            return [.. ByteMutation.Mutate(file[..(sizeof(ulong) + length)], random), .. data];
        }

        var header = JsonMutation.Mutate(file[sizeof(ulong)..(sizeof(ulong) + length)], random);
        var size = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(size, (ulong)header.Length);
        return [.. size, .. header, .. data];
    }

    private sealed record Copy(string Folder, IReadOnlyList<(string Name, byte[] Bytes)> Files)
    {
        public static Copy Of(string source)
        {
            var folder = Directory.CreateTempSubdirectory("rerank-fuzz-").FullName;
            var files = new List<(string, byte[])>();
            foreach (var file in Directory.EnumerateFiles(source))
            {
                var name = Path.GetFileName(file);
                var bytes = File.ReadAllBytes(file);
                File.WriteAllBytes(Path.Combine(folder, name), bytes);
                if (name is "config.json" or "model.safetensors.index.json" || name.EndsWith(".safetensors", StringComparison.Ordinal))
                {
                    files.Add((name, bytes));
                }
            }

            return new Copy(folder, files);
        }
    }
}
