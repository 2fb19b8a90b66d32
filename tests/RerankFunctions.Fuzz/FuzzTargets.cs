using RerankFunctions.Fuzz.Targets;

namespace RerankFunctions.Fuzz;

/// <summary>What a case did.</summary>
internal enum Outcome
{
    /// <summary>It gave ids or scores.</summary>
    Worked,

    /// <summary>It was refused with an error of the kind that is documented.</summary>
    Refused,
}

/// <summary>Something that is given hostile input, one case at a time.</summary>
internal interface IFuzzTarget : IDisposable
{
    /// <summary>Runs one case. Every exception that comes out is a finding.</summary>
    /// <param name="random">Decides the case.</param>
    Outcome Run(Random random);
}

/// <summary>The targets by name.</summary>
internal static class FuzzTargets
{
    public static readonly string[] Names = ["texts", "tokenizers", "folders", "graphs", "safetensors", "configs", "growth", "inputs"];

    public static IFuzzTarget Create(string name) => name switch
    {
        "texts" => new TextTarget(),
        "tokenizers" => new TokenizerTarget(),
        "folders" => new FolderTarget(graphs: false),
        "graphs" => new FolderTarget(graphs: true),
        "safetensors" => new SafetensorsTarget(configurations: false),
        "configs" => new SafetensorsTarget(configurations: true),
        "growth" => new GrowthTarget(),
        "inputs" => new InputTarget(),
        _ => throw new ArgumentException($"There is no target {name}; there are {string.Join(", ", Names)}.", nameof(name)),
    };

    /// <summary>Numbers that are the same on every run and machine.</summary>
    public static Random RandomOf(string target, int seed, int index)
    {
        // FNV-1a over the name, mixed with the two numbers.
        var hash = 2166136261u;
        foreach (var c in target)
        {
            hash = (hash ^ c) * 16777619u;
        }

        var mixed = hash ^ ((ulong)(uint)seed * 0x9E3779B97F4A7C15ul) ^ ((ulong)(uint)index * 0xBF58476D1CE4E5B9ul);
        return new Random((int)((mixed >> 32) ^ mixed));
    }
}
