using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Decoders;

/// <summary>
/// Causal attention whose heads of queries share heads of keys and values. All rows attend to one row of past keys and values, which no row gets a copy of:
/// its scores are computed apart from those of the row's own tokens and joined for the softmax. Heads of keys come first in the layout, so that the past
/// multiplies with all rows.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="tensors">The weights.</param>
/// <param name="config">Sizes and functions.</param>
/// <param name="linear">How matrix products are computed.</param>
internal sealed class Qwen3Attention(GraphWriter graph, TensorSource tensors, Qwen3Config config, LinearForm linear)
{
    private int Group => config.Heads / config.KeyHeads;

    private long Heads => (long)config.Heads * config.HeadSize;

    private long KeyHeads => (long)config.KeyHeads * config.HeadSize;

    /// <summary>Writes the attention of a layer.</summary>
    /// <param name="name">Start of the names of its tensors.</param>
    /// <param name="queries">Name of the states that attend, [rows, queries, hidden].</param>
    /// <param name="states">Name of the states of all tokens, [rows, tokens, hidden].</param>
    /// <param name="places">Positions of the tokens and what hides them.</param>
    /// <param name="past">Keys and values of the prefix; null for none.</param>
    /// <returns>Name of the result without a bias, and of keys and values of all tokens, [key heads, rows, tokens, head size].</returns>
    public (string Result, string Keys, string Values) Write(string name, string queries, string states, Qwen3Places places, Qwen3Past? past)
    {
        var (queryWeight, keyWeight, valueWeight) = (Weight($"{name}q_proj", Heads), Weight($"{name}k_proj", KeyHeads), Weight($"{name}v_proj", KeyHeads));
        var products = queries == states
            ? linear.Write(graph, states, queryWeight, keyWeight, valueWeight)
            : [linear.WriteOne(graph, queries, queryWeight), .. linear.Write(graph, states, keyWeight, valueWeight)];
        var query = Turn($"{name}q_norm", Biased(products[0], $"{name}q_proj", Heads), places.Rotary, queries == states ? places.First : places.Last);
        var key = Turn($"{name}k_norm", Biased(products[1], $"{name}k_proj", KeyHeads), places.Rotary, places.First);
        var value = Biased(products[2], $"{name}v_proj", KeyHeads);

        // [key heads, rows, group × queries, head size] and [key heads, rows, tokens, head size].
        query = graph.Call("Reshape", [query, graph.Integers(0, 0, config.KeyHeads, Group, config.HeadSize)]);
        query = graph.Call("Transpose", [query], NodeAttribute.Integers("perm", 2, 0, 3, 1, 4));
        query = graph.Call("Reshape", [query, graph.Integers(0, 0, -1, config.HeadSize)]);
        key = HeadsFirst(key);
        value = HeadsFirst(value);

        var context = Attend(query, key, value, queries == states ? places.Later : places.LaterThanLast, past);
        context = graph.Call("Reshape", [context, graph.Integers(0, 0, Group, -1, config.HeadSize)]);
        context = graph.Call("Transpose", [context], NodeAttribute.Integers("perm", 1, 3, 0, 2, 4));
        context = graph.Call("Reshape", [context, graph.Integers(0, 0, Heads)]);
        return (linear.WriteOne(graph, context, tensors.Body($"{name}o_proj.weight", config.Hidden, Heads)), key, value);
    }

    private string Attend(string query, string key, string value, string hidden, Qwen3Past? past)
    {
        var scores = graph.Call("Add", [Scores(query, key), hidden]);
        if (past is null)
        {
            return graph.Call("MatMul", [graph.Call("Softmax", [scores], NodeAttribute.Integer("axis", -1)), value]);
        }

        var joined = graph.Call("Concat", [Scores(query, past.Keys), scores], NodeAttribute.Integer("axis", 3));
        var shares = graph.Call("Softmax", [joined], NodeAttribute.Integer("axis", -1));
        var ofPast = graph.Call("Slice", [shares, graph.Integers(0), past.Length, graph.Integers(3)]);
        var ofTokens = graph.Call("Slice", [shares, past.Length, graph.Integers(int.MaxValue), graph.Integers(3)]);
        return graph.Call("Add", [graph.Call("MatMul", [ofPast, past.Values]), graph.Call("MatMul", [ofTokens, value])]);
    }

    private string Scores(string query, string key) => graph.CallRuntime(
        "FusedMatMul", [query, key], NodeAttribute.Integer("transB", 1), NodeAttribute.Float("alpha", (float)(1 / Math.Sqrt(config.HeadSize))));

    private string Turn(string norm, string input, RotaryPositions rotary, string positions)
    {
        var weight = graph.Vector(tensors.Body($"{norm}.weight", config.HeadSize));
        var heads = graph.Call("Reshape", [input, graph.Integers(0, 0, -1, config.HeadSize)]);
        var normed = new LayerNorm(weight, string.Empty, config.Epsilon, IsSimple: true).Write(graph, heads);
        return rotary.Write(graph, graph.Call("Reshape", [normed, graph.Integers(0, 0, -1)]), positions);
    }

    private string HeadsFirst(string input)
    {
        var heads = graph.Call("Reshape", [input, graph.Integers(0, 0, config.KeyHeads, config.HeadSize)]);
        return graph.Call("Transpose", [heads], NodeAttribute.Integers("perm", 2, 0, 1, 3));
    }

    private SafetensorsTensor Weight(string name, long size) => tensors.Body($"{name}.weight", size, config.Hidden);

    private string Biased(string input, string name, long size) =>
        config.HasAttentionBias ? graph.Call("Add", [input, graph.Vector(tensors.Body($"{name}.bias", size))]) : input;
}
