using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Encoders;

/// <summary>The layers of ModernBERT: attention, global or local, and a gated feed-forward part, each after a norm of its input.</summary>
/// <param name="graph">The graph.</param>
/// <param name="tensors">The weights.</param>
/// <param name="config">Sizes and functions.</param>
/// <param name="linear">How matrix products are computed.</param>
internal sealed class ModernBertLayers(GraphWriter graph, TensorSource tensors, ModernBertConfig config, LinearForm linear)
{
    /// <summary>Writes the norm of the embeddings, all layers and the last norm.</summary>
    /// <param name="embeddings">Name of the word embeddings, [rows, tokens, hidden].</param>
    /// <param name="ids">Name of the token ids, int64 [rows, tokens].</param>
    /// <param name="mask">Name of the mask, int64 [rows, tokens].</param>
    /// <param name="maxTokens">Maximum number of tokens of a row.</param>
    /// <returns>Name of the states that are pooled: [rows, tokens, hidden] for their mean, else [rows, 1, hidden].</returns>
    public string Write(string embeddings, string ids, string mask, int maxTokens)
    {
        var keys = graph.Call("Cast", [mask], NodeAttribute.Integer("to", (long)OnnxDataType.Int32));
        var size = config.Hidden / config.Heads;
        var near = config.IsLocal.Contains(true) ? WriteNear(ids) : string.Empty;
        var global = RotaryPositions.Create(graph, "rotary.global", config.GlobalBase, size, maxTokens);
        var local = RotaryPositions.Create(graph, "rotary.local", config.LocalBase, size, maxTokens);
        var states = Norm("embeddings.norm").Write(graph, embeddings);
        var normed = states;
        var last = config.IsLocal.Count - 1;
        for (var layer = 0; layer <= last; layer++)
        {
            var name = $"layers.{layer}.";
            var isLocal = config.IsLocal[layer];
            var isFirstOnly = layer == last && !config.PoolsMean;
            var context = WriteAttention(name, normed, isLocal ? local : global, keys, isLocal ? near : string.Empty, isFirstOnly);
            states = isFirstOnly ? EncoderPorts.First(graph, states) : states;
            (normed, states) = Norm($"{name}mlp_norm").WriteSum(graph, context, states, Bias($"{name}attn.Wo", config.Hidden, config.HasAttentionBias), true);
            var inner = WriteFeedForward(name, normed);
            var next = Norm(layer == last ? "final_norm" : $"layers.{layer + 1}.attn_norm");
            (normed, states) = next.WriteSum(graph, inner, states, Bias($"{name}mlp.Wo", config.Hidden, config.HasInnerBias), layer != last);
        }

        return normed;
    }

    /// <summary>Returns a norm.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isBody">Whether the name has the prefix of the body of the model.</param>
    public LayerNorm Norm(string name, bool isBody = true)
    {
        var whole = isBody ? tensors.Prefix + name : name;
        return new LayerNorm(
            graph.Vector(tensors.Take($"{whole}.weight", config.Hidden)),
            config.HasNormBias ? graph.Vector(tensors.Take($"{whole}.bias", config.Hidden)) : string.Empty,
            config.Epsilon);
    }

    private string WriteAttention(string name, string normed, RotaryPositions rotary, string keys, string near, bool isFirstOnly)
    {
        var packed = tensors.Body($"{name}attn.Wqkv.weight", 3 * config.Hidden, config.Hidden);
        var parts = Enumerable.Range(0, 3).Select(part => packed.Rows(part * (long)config.Hidden, config.Hidden)).ToArray();
        var products = isFirstOnly
            ? [linear.WriteOne(graph, EncoderPorts.First(graph, normed), parts[0]), .. linear.Write(graph, normed, parts[1], parts[2])]
            : linear.Write(graph, normed, parts);
        if (config.HasAttentionBias)
        {
            var bias = tensors.Body($"{name}attn.Wqkv.bias", 3 * config.Hidden);
            for (var part = 0; part < products.Length; part++)
            {
                products[part] = graph.Call("Add", [products[part], graph.Vector(bias.Rows(part * (long)config.Hidden, config.Hidden))]);
            }
        }

        // The first token is at position 0, which turns nothing.
        var query = isFirstOnly ? products[0] : rotary.Write(graph, products[0], graph.Integers(0));
        var nearFirst = isFirstOnly && near.Length > 0
            ? graph.Call("Gather", [near, graph.Integers(0)], NodeAttribute.Integer("axis", 2))
            : near;
        var context = graph.CallRuntime(
            "MultiHeadAttention",
            [query, rotary.Write(graph, products[1], graph.Integers(0)), products[2], string.Empty, keys, nearFirst],
            NodeAttribute.Integer("num_heads", config.Heads));
        return linear.WriteOne(graph, context, tensors.Body($"{name}attn.Wo.weight", config.Hidden, config.Hidden));
    }

    private string WriteFeedForward(string name, string normed)
    {
        var packed = tensors.Body($"{name}mlp.Wi.weight", 2 * config.Intermediate, config.Hidden);
        var products = linear.Write(graph, normed, packed.Rows(0, config.Intermediate), packed.Rows(config.Intermediate, config.Intermediate));
        var (activated, gate) = (products[0], products[1]);
        var bias = config.HasInnerBias ? tensors.Body($"{name}mlp.Wi.bias", 2 * config.Intermediate) : null;
        if (bias is not null)
        {
            gate = graph.Call("Add", [gate, graph.Vector(bias.Rows(config.Intermediate, config.Intermediate))]);
        }

        activated = config.Activation.Write(graph, activated, bias is null ? string.Empty : graph.Vector(bias.Rows(0, config.Intermediate)));
        var inner = graph.Call("Mul", [activated, gate]);
        return linear.WriteOne(graph, inner, tensors.Body($"{name}mlp.Wo.weight", config.Hidden, config.Intermediate));
    }

    // What is added to the scores of local layers, [1, 1, tokens, tokens]: 0 within reach, else as much as hides a token.
    private string WriteNear(string ids)
    {
        var length = graph.Call("Squeeze", [graph.Call("Gather", [graph.Call("Shape", [ids]), graph.Integers(1)], NodeAttribute.Integer("axis", 0))]);
        var range = graph.Call("Range", [graph.Whole(0), length, graph.Whole(1)]);
        var distance = graph.Call("Abs", [graph.Call("Sub", [graph.Call("Unsqueeze", [range, graph.Integers(1)]), range])]);
        var isFar = graph.Call("Greater", [distance, graph.Whole(config.Reach)]);
        var bias = graph.Call("Where", [isFar, graph.Scalar(Hidden.Score(graph.Type)), graph.Scalar(0)]);
        return graph.Call("Unsqueeze", [bias, graph.Integers(0, 1)]);
    }

    private string Bias(string name, int size, bool has) => has ? graph.Vector(tensors.Body($"{name}.bias", size)) : string.Empty;
}
