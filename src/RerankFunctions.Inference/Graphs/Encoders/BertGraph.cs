using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Configuration;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Encoders;

/// <summary>The graph of <c>BertForSequenceClassification</c> with one label: first token, pooler, tanh, classifier.</summary>
internal static class BertGraph
{
    /// <summary>Names of tensors.</summary>
    /// <param name="model">The tensors.</param>
    public static TensorSource Open(SafetensorsModel model) => new(model, "embeddings.word_embeddings.weight", "bert.");

    /// <summary>Writes the graph.</summary>
    /// <param name="graph">Receives the graph.</param>
    /// <param name="reader">Content of <c>config.json</c>.</param>
    /// <param name="tensors">The weights.</param>
    /// <param name="linear">How matrix products are computed.</param>
    /// <exception cref="Abstractions.ModelLoadException">A field of the configuration is not supported, or a tensor does not fit it.</exception>
    public static void Write(GraphWriter graph, ConfigReader reader, TensorSource tensors, LinearForm linear)
    {
        var config = BertConfig.Read(reader);
        tensors.Ignore($"{tensors.Prefix}embeddings.position_ids");
        var ids = EncoderPorts.Tokens(graph, "input_ids");
        var mask = EncoderPorts.Tokens(graph, "attention_mask");
        var words = Embedding.Write(graph, tensors.Body("embeddings.word_embeddings.weight", config.Vocabulary, config.Hidden), ids);
        var typeTable = tensors.Body("embeddings.token_type_embeddings.weight", config.Types, config.Hidden);
        var types = config.Types > 1
            ? Embedding.Write(graph, typeTable, EncoderPorts.Tokens(graph, "token_type_ids"))
            : graph.Vector(typeTable.Rows(0, 1));
        var positionTable = tensors.Body("embeddings.position_embeddings.weight", config.Positions, config.Hidden);
        var length = graph.Call("Gather", [graph.Call("Shape", [ids]), graph.Integers(1)], NodeAttribute.Integer("axis", 0));
        var range = graph.Call("Range", [graph.Whole(0), graph.Call("Squeeze", [length]), graph.Whole(1)]);
        var positions = Embedding.Write(graph, positionTable, range);
        var sum = graph.Call("Add", [graph.Call("Add", [words, types]), positions]);
        var first = new BertLayers(graph, tensors, config, linear).Write(sum, mask);
        var head = new FloatLinear();
        if (tensors.Has($"{tensors.Prefix}pooler.dense.weight"))
        {
            var pooled = head.WriteOne(
                graph, first, tensors.Body("pooler.dense.weight", config.Hidden, config.Hidden), tensors.Body("pooler.dense.bias", config.Hidden));
            first = graph.Call("Tanh", [pooled]);
        }

        EncoderPorts.Output(graph, head.WriteOne(graph, first, tensors.Take("classifier.weight", 1, config.Hidden), tensors.Take("classifier.bias", 1)));
    }
}
