using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>The architectures whose graphs are built from safetensors.</summary>
internal static class BuiltArchitectures
{
    /// <summary>The architectures, for messages.</summary>
    public const string Names = "BERT, RoBERTa, XLM-R, ModernBERT and Qwen3 rerankers";

    private static readonly Dictionary<(string Architecture, string ModelType), FamilyKind> Kinds = new()
    {
        [("BertForSequenceClassification", "bert")] = FamilyKind.CrossEncoder,
        [("RobertaForSequenceClassification", "roberta")] = FamilyKind.CrossEncoder,
        [("XLMRobertaForSequenceClassification", "xlm-roberta")] = FamilyKind.CrossEncoder,
        [("ModernBertForSequenceClassification", "modernbert")] = FamilyKind.CrossEncoder,
        [("Qwen3ForCausalLM", "qwen3")] = FamilyKind.CausalYesNo,
        [("Qwen3ForSequenceClassification", "qwen3")] = FamilyKind.CausalLabel,
    };

    /// <summary>Returns why no graph is built for a model; null if one is.</summary>
    /// <param name="config">Content of <c>config.json</c>.</param>
    /// <param name="overrides">Content of <c>rerank.json</c>.</param>
    public static string? FindObstacle(ModelConfig config, ModelOverrides overrides)
    {
        // The class in the repository may compute something else than the architecture that it is named after.
        if (config.HasCustomCode)
        {
            return "config.json asks for custom code ('auto_map')";
        }

        if (!Kinds.TryGetValue((config.Architecture, config.ModelType), out var kind))
        {
            return $"graphs are built for {Names}, and config.json names '{PrintableName.Of(config.Architecture)}' "
                + $"(model_type '{PrintableName.Of(config.ModelType)}')";
        }

        return overrides.Family is { } family && family != ModelArchitecture.NameOf(kind)
            ? $"rerank.json names another family than '{ModelArchitecture.NameOf(kind)}', that of the architecture"
            : null;
    }
}
