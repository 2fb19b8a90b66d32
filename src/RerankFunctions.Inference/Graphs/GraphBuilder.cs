using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs.Configuration;
using RerankFunctions.Inference.Graphs.Decoders;
using RerankFunctions.Inference.Graphs.Encoders;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Quantization;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs;

/// <summary>Builds the graphs of rerankers from <c>config.json</c> and safetensors.</summary>
/// <param name="source">What the graphs are built from.</param>
/// <param name="linear">How matrix products are computed. It serves one graph.</param>
/// <param name="logger">Receives which tensors are not used.</param>
/// <param name="cancellationToken">Ends the conversion of weights.</param>
internal sealed partial class GraphBuilder(GraphSource source, LinearForm linear, ILogger logger, CancellationToken cancellationToken)
{
    private const int MaxNamesInLog = 10;

    /// <summary>Builds the graph of an encoder with one label.</summary>
    /// <exception cref="ModelLoadException">The files cannot be used; the message says which and why.</exception>
    public BuiltGraph BuildEncoder() => Build((config, modelType, model, graph, _) =>
    {
        var tensors = modelType switch
        {
            "bert" => BertGraph.Open(model),
            "modernbert" => ModernBertGraph.Open(model),
            _ => RobertaGraph.Open(model),
        };
        switch (modelType)
        {
            case "bert":
                BertGraph.Write(graph, config, tensors, linear);
                break;
            case "modernbert":
                ModernBertGraph.Write(graph, config, tensors, linear, source.MaxTokens);
                break;
            default:
                RobertaGraph.Write(graph, config, tensors, linear);
                break;
        }

        return (tensors, []);
    });

    /// <summary>Builds the graph of a causal model.</summary>
    /// <param name="answers">Ids of the tokens for yes and no; null for a model with one label.</param>
    /// <param name="sharesPrefix">Whether rows share past keys and values.</param>
    /// <exception cref="ModelLoadException">The files cannot be used; the message says which and why.</exception>
    public BuiltGraph BuildCausal((int Yes, int No)? answers, bool sharesPrefix) => Build((config, _, model, graph, weights) =>
    {
        var tensors = Qwen3Graph.Open(model);
        var qwen = new Qwen3Graph(graph, config, tensors, linear);
        if (qwen.Words < source.Words)
        {
            throw new ModelLoadException($"tokenizer.json has {source.Words} words, but {source.File} has embeddings of {qwen.Words}.");
        }

        var head = answers is var (yes, no) ? qwen.ReadYesNo(weights, yes, no) : qwen.ReadLabel(weights);
        return (tensors, qwen.Write(head, source.MaxTokens, sharesPrefix && linear is not MeasuringLinear));
    });

    private delegate (TensorSource Tensors, IReadOnlyList<OnnxValue> Pasts) Writer(
        ConfigReader config, string modelType, SafetensorsModel model, GraphWriter graph, WeightStore weights);

    private BuiltGraph Build(Writer write)
    {
        var type = source.Precision == Precision.Fp16 ? OnnxDataType.Float16 : OnnxDataType.Float;
        using var config = FolderJson.Parse(ModelFolder.ReadConfigJson(source.Folder), ModelFolderLayout.Config);
        var modelType = FolderJson.Text(config.RootElement, "model_type", ModelFolderLayout.Config) ?? string.Empty;
        var model = SafetensorsModel.Open(source.Folder, source.File);
        var weights = new WeightStore(model, source.ConvertedFolder, source.DtypeSetting);
        try
        {
            var graph = new GraphWriter(type, weights);
            var (tensors, pasts) = write(new ConfigReader(config.RootElement), modelType, model, graph, weights);
            var unused = tensors.Rest.ToList();
            if (unused.Count > 0)
            {
                var names = string.Join(", ", unused.Take(MaxNamesInLog).Select(PrintableName.Of));
                LogUnused(logger, source.File, unused.Count, unused.Count > MaxNamesInLog ? $"{names}, …" : names);
            }

            cancellationToken.ThrowIfCancellationRequested();
            linear.Complete(graph);
            weights.Complete(cancellationToken);
            return new BuiltGraph(weights, graph.Write(), pasts);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File}: {Count} tensors are not used, which the architecture does not have: {Names}")]
    private static partial void LogUnused(ILogger logger, string file, int count, string names);
}
