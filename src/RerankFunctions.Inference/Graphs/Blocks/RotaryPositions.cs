using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs.Writing;

namespace RerankFunctions.Inference.Graphs.Blocks;

/// <summary>Rotary positions of whole heads: the two halves of a head are turned by an angle that grows with the position.</summary>
/// <param name="Cosines">Name of the cosines, [positions, half a head].</param>
/// <param name="Sines">Name of the sines, likewise.</param>
internal sealed record RotaryPositions(string Cosines, string Sines)
{
    // The tables are a part of the graph.
    private const int MaxPositions = 1 << 17;
    private const int MaxNumbers = 1 << 25;

    /// <summary>Writes the tables.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">Name of the tables.</param>
    /// <param name="wave">Base of the wavelengths (<c>rope_theta</c>).</param>
    /// <param name="headSize">Size of a head, even.</param>
    /// <param name="positions">Number of positions.</param>
    /// <exception cref="ModelLoadException">There are more positions, or heads are larger, than a table takes.</exception>
    public static RotaryPositions Create(GraphWriter graph, string name, float wave, int headSize, int positions)
    {
        if (positions > MaxPositions)
        {
            throw new ModelLoadException(
                $"A graph that is built takes up to {MaxPositions:N0} tokens a pair, not {positions:N0}; set 'max_length' in rerank.json.");
        }

        var half = headSize / 2;
        if ((long)positions * half > MaxNumbers)
        {
            throw new ModelLoadException(
                $"A graph that is built has tables of up to {MaxNumbers:N0} numbers for positions, which {positions:N0} tokens a pair "
                + $"and heads of {headSize:N0} exceed; set 'max_length' in rerank.json.");
        }

        var (cosines, sines) = (new float[positions * half], new float[positions * half]);
        for (var i = 0; i < half; i++)
        {
            // In 32 bits, as the models were trained.
            var frequency = 1 / MathF.Pow(wave, 2f * i / headSize);
            for (var position = 0; position < positions; position++)
            {
                var (sine, cosine) = Math.SinCos(position * frequency);
                (cosines[(position * half) + i], sines[(position * half) + i]) = ((float)cosine, (float)sine);
            }
        }

        return new RotaryPositions(
            graph.Constant($"{name}.cosines", [positions, half], cosines), graph.Constant($"{name}.sines", [positions, half], sines));
    }

    /// <summary>Writes the turn of all heads.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">Name of the heads, [rows, tokens, heads × head size].</param>
    /// <param name="positions">Name of the positions: int64 [rows, tokens], or [1] for that of the first token of every row.</param>
    public string Write(GraphWriter graph, string input, string positions) =>
        graph.CallRuntime("RotaryEmbedding", [input, positions, Cosines, Sines]);
}
