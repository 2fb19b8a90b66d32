using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Configuration;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Encoders;

/// <summary>
/// The graph of <c>RobertaForSequenceClassification</c> and <c>XLMRobertaForSequenceClassification</c> with one label: first token, dense, tanh, projection.
/// </summary>
internal static class RobertaGraph
{
    private const int DefaultPad = 1;

    /// <summary>Names of tensors.</summary>
    /// <param name="model">The tensors.</param>
    public static TensorSource Open(SafetensorsModel model) => new(model, "embeddings.word_embeddings.weight", "roberta.");

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

        // Pairs have no segments: all tokens are of the first.
        var types = graph.Vector(tensors.Body("embeddings.token_type_embeddings.weight", config.Types, config.Hidden).Rows(0, 1));
        var positionTable = tensors.Body("embeddings.position_embeddings.weight", config.Positions, config.Hidden);
        var positions = Embedding.Write(graph, positionTable, WritePositions(graph, ids, reader.Id("pad_token_id", DefaultPad)));
        var sum = graph.Call("Add", [graph.Call("Add", [words, types]), positions]);
        var first = new BertLayers(graph, tensors, config, linear).Write(sum, mask);
        var head = new FloatLinear();
        var dense = head.WriteOne(
            graph, first, tensors.Take("classifier.dense.weight", config.Hidden, config.Hidden), tensors.Take("classifier.dense.bias", config.Hidden));
        var logit = head.WriteOne(
            graph,
            graph.Call("Tanh", [dense]),
            tensors.Take("classifier.out_proj.weight", 1, config.Hidden),
            tensors.Take("classifier.out_proj.bias", 1));
        EncoderPorts.Output(graph, logit);
    }

    // The padding id stays at its own position, and others count from the next one on.
    private static string WritePositions(GraphWriter graph, string ids, long pad)
    {
        var isPad = graph.Call("Equal", [ids, graph.Whole(pad)]);
        var isToken = graph.Call("Cast", [graph.Call("Not", [isPad])], NodeAttribute.Integer("to", (long)OnnxDataType.Int64));
        var count = graph.Call("CumSum", [isToken, graph.Whole(1)]);
        return graph.Call("Add", [graph.Call("Mul", [count, isToken]), graph.Whole(pad)]);
    }
}
