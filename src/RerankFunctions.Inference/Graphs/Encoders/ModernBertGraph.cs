using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Configuration;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Encoders;

/// <summary>
/// The graph of <c>ModernBertForSequenceClassification</c> with one label: first token or mean, dense, activation, norm, classifier.
/// </summary>
internal static class ModernBertGraph
{
    /// <summary>Names of tensors.</summary>
    /// <param name="model">The tensors.</param>
    public static TensorSource Open(SafetensorsModel model) => new(model, "embeddings.tok_embeddings.weight", "model.");

    /// <summary>Writes the graph.</summary>
    /// <param name="graph">Receives the graph.</param>
    /// <param name="reader">Content of <c>config.json</c>.</param>
    /// <param name="tensors">The weights.</param>
    /// <param name="linear">How matrix products are computed.</param>
    /// <param name="maxTokens">Maximum number of tokens of a row.</param>
    /// <exception cref="Abstractions.ModelLoadException">A field of the configuration is not supported, or a tensor does not fit it.</exception>
    public static void Write(GraphWriter graph, ConfigReader reader, TensorSource tensors, LinearForm linear, int maxTokens)
    {
        var config = ModernBertConfig.Read(reader);
        var ids = EncoderPorts.Tokens(graph, "input_ids");
        var mask = EncoderPorts.Tokens(graph, "attention_mask");
        var words = Embedding.Write(graph, tensors.Body("embeddings.tok_embeddings.weight", config.Vocabulary, config.Hidden), ids);
        var layers = new ModernBertLayers(graph, tensors, config, linear);
        var states = layers.Write(words, ids, mask, maxTokens);
        var pooled = config.PoolsMean ? WriteMean(graph, states, mask) : states;
        var head = new FloatLinear();
        var dense = head.WriteOne(
            graph,
            pooled,
            tensors.Take("head.dense.weight", config.Hidden, config.Hidden),
            config.HasHeadBias ? tensors.Take("head.dense.bias", config.Hidden) : null);
        var norm = layers.Norm("head.norm", isBody: false).Write(graph, config.HeadActivation.Write(graph, dense));
        EncoderPorts.Output(graph, head.WriteOne(graph, norm, tensors.Take("classifier.weight", 1, config.Hidden), tensors.Take("classifier.bias", 1)));
    }

    // As a product of mask and states: [rows, 1, tokens] × [rows, tokens, hidden].
    private static string WriteMean(GraphWriter graph, string states, string mask)
    {
        var weights = graph.Call("Cast", [mask], NodeAttribute.Integer("to", (long)graph.Type));
        var sum = graph.Call("MatMul", [graph.Call("Unsqueeze", [weights, graph.Integers(1)]), states]);
        var count = graph.Call("ReduceSum", [weights, graph.Integers(1)], NodeAttribute.Integer("keepdims", 1));
        return graph.Call("Div", [sum, graph.Call("Unsqueeze", [count, graph.Integers(1)])]);
    }
}
