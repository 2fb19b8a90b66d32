using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Encoders;

/// <summary>The layers that BERT, RoBERTa and XLM-R have in common: attention and feed-forward, each with a norm of its sum with its input.</summary>
/// <param name="graph">The graph.</param>
/// <param name="tensors">The weights.</param>
/// <param name="config">Sizes and functions.</param>
/// <param name="linear">How matrix products are computed.</param>
internal sealed class BertLayers(GraphWriter graph, TensorSource tensors, BertConfig config, LinearForm linear)
{
    /// <summary>Writes the norm of the embeddings and all layers.</summary>
    /// <param name="embeddings">Name of the sum of the embeddings, [rows, tokens, hidden].</param>
    /// <param name="mask">Name of the mask, int64 [rows, tokens].</param>
    /// <returns>Name of the last state of each row's first token, [rows, 1, hidden].</returns>
    public string Write(string embeddings, string mask)
    {
        var states = Norm("embeddings.LayerNorm").Write(graph, embeddings);
        var keys = graph.Call("Cast", [mask], NodeAttribute.Integer("to", (long)OnnxDataType.Int32));
        for (var layer = 0; layer < config.Layers; layer++)
        {
            // Of the last layer, only the first token is read: the others are keys and values there, and nothing else.
            var queries = layer == config.Layers - 1 ? EncoderPorts.First(graph, states) : states;
            states = WriteLayer($"encoder.layer.{layer}.", queries, states, keys);
        }

        return states;
    }

    private string WriteLayer(string name, string queries, string states, string keys)
    {
        var attention = WriteAttention($"{name}attention.", queries, states, keys);
        var (middle, _) = Norm($"{name}attention.output.LayerNorm")
            .WriteSum(graph, attention, queries, Bias($"{name}attention.output.dense", config.Hidden), needsSum: false);
        var up = linear.WriteOne(graph, middle, tensors.Body($"{name}intermediate.dense.weight", config.Intermediate, config.Hidden));
        var inner = config.Activation.Write(graph, up, Bias($"{name}intermediate.dense", config.Intermediate));
        var down = linear.WriteOne(graph, inner, tensors.Body($"{name}output.dense.weight", config.Hidden, config.Intermediate));
        return Norm($"{name}output.LayerNorm").WriteSum(graph, down, middle, Bias($"{name}output.dense", config.Hidden), needsSum: false).Norm;
    }

    private string WriteAttention(string name, string queries, string states, string keys)
    {
        var (query, key, value) = (Square($"{name}self.query"), Square($"{name}self.key"), Square($"{name}self.value"));
        var products = queries == states
            ? linear.Write(graph, states, query, key, value)
            : [linear.WriteOne(graph, queries, query), .. linear.Write(graph, states, key, value)];
        var biases = graph.Vector(
            tensors.Body($"{name}self.query.bias", config.Hidden),
            tensors.Body($"{name}self.key.bias", config.Hidden),
            tensors.Body($"{name}self.value.bias", config.Hidden));
        var context = graph.CallRuntime(
            "MultiHeadAttention", [products[0], products[1], products[2], biases, keys], NodeAttribute.Integer("num_heads", config.Heads));
        return linear.WriteOne(graph, context, Square($"{name}output.dense"));
    }

    private Safetensors.SafetensorsTensor Square(string name) => tensors.Body($"{name}.weight", config.Hidden, config.Hidden);

    private string Bias(string name, int size) => graph.Vector(tensors.Body($"{name}.bias", size));

    private LayerNorm Norm(string name)
    {
        // Files of the first BERT models call weight and bias gamma and beta.
        var isOld = tensors.Has($"{tensors.Prefix}{name}.gamma");
        var (weight, bias) = isOld ? ("gamma", "beta") : ("weight", "bias");
        return new LayerNorm(
            graph.Vector(tensors.Body($"{name}.{weight}", config.Hidden)), graph.Vector(tensors.Body($"{name}.{bias}", config.Hidden)), config.Epsilon);
    }
}
