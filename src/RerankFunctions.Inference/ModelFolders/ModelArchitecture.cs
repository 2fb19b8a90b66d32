using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Which family reads an architecture, and how long its inputs may be.</summary>
internal static class ModelArchitecture
{
    private const string Classifier = "ForSequenceClassification";

    // Encoders whose position ids start after the padding id, so that many positions are lost
    // (create_position_ids_from_input_ids in transformers' RoBERTa).
    private static readonly HashSet<string> PositionsAfterPad = ["roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet"];

    private static readonly HashSet<string> Encoders =
    [
        "albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "modernbert", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl",
    ];

    // The only one whose prompt is built in. A decoder scores any prompt, and scores a wrong one wrongly without a sign.
    private const string PromptedDecoder = "qwen3";

    /// <summary>The name of a family in <c>rerank.json</c> and in answers.</summary>
    public static string NameOf(FamilyKind kind) => kind switch
    {
        FamilyKind.CrossEncoder => "cross-encoder",
        FamilyKind.CausalYesNo => "causal-yes-no",
        FamilyKind.CausalLabel => "causal-label",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The family that <c>rerank.json</c> names, else the one of the architecture.</summary>
    /// <exception cref="ModelLoadException">Unknown, a causal model whose prompt is not known, or more than one label.</exception>
    public static FamilyKind KindOf(ModelConfig config, ModelOverrides overrides)
    {
        var kind = overrides.Family is { } family ? ByName(family) : ByArchitecture(config);
        if (kind is not FamilyKind.CrossEncoder && config.ModelType != PromptedDecoder && overrides.Template is null)
        {
            throw new ModelLoadException($"rerank.json: a causal model with model_type '{config.ModelType}' needs its prompt as 'template'; built in is that of {PromptedDecoder} only.");
        }

        if (kind is not FamilyKind.CausalYesNo && config.Labels is { } labels && labels != 1)
        {
            throw new ModelLoadException($"config.json: the model has {labels} labels; a reranker has 1.");
        }

        return kind;
    }

    /// <summary>Tokens of a pair at most: the least of what positions, tokenizer and <c>rerank.json</c> allow.</summary>
    /// <exception cref="ModelLoadException"><c>rerank.json</c> asks for more than the model has, or hardly anything is left.</exception>
    public static int MaxTokensOf(ModelConfig config, TokenizerSettings settings, ModelOverrides overrides)
    {
        const int Least = 32;
        var positions = config.MaxPositions ?? int.MaxValue;
        if (PositionsAfterPad.Contains(config.ModelType))
        {
            positions -= (config.PadTokenId ?? 1) + 1;
        }

        if (positions < Least)
        {
            throw new ModelLoadException($"config.json: 'max_position_embeddings' leaves {positions} tokens; a pair needs at least {Least}.");
        }

        var limit = Math.Min(positions, settings.MaxLength ?? int.MaxValue);
        if (overrides.MaxLength is { } asked)
        {
            if (asked < Least || asked > positions)
            {
                throw new ModelLoadException($"rerank.json: 'max_length' must be from {Least} to the model's {positions}.");
            }

            limit = asked;
        }

        if (limit < Least)
        {
            throw new ModelLoadException($"tokenizer_config.json: 'model_max_length' leaves {limit} tokens; a pair needs at least {Least}.");
        }

        if (limit == int.MaxValue)
        {
            throw new ModelLoadException("config.json has no 'max_position_embeddings' and tokenizer_config.json no 'model_max_length': say 'max_length' in rerank.json.");
        }

        return limit;
    }

    private static FamilyKind ByName(string family) =>
        Enum.GetValues<FamilyKind>().Where(kind => NameOf(kind) == family).Cast<FamilyKind?>().FirstOrDefault()
        ?? throw new ModelLoadException($"rerank.json: 'family' must be one of {string.Join(", ", Enum.GetValues<FamilyKind>().Select(NameOf))}.");

    private static FamilyKind ByArchitecture(ModelConfig config)
    {
        if (config.Architecture.EndsWith(Classifier, StringComparison.Ordinal))
        {
            if (Encoders.Contains(config.ModelType))
            {
                return FamilyKind.CrossEncoder;
            }

            if (config.ModelType == PromptedDecoder)
            {
                return FamilyKind.CausalLabel;
            }
        }
        else if (config.Architecture.EndsWith("ForCausalLM", StringComparison.Ordinal) && config.ModelType == PromptedDecoder)
        {
            return FamilyKind.CausalYesNo;
        }

        throw new ModelLoadException(
            $"config.json: the architecture '{config.Architecture}' (model_type '{config.ModelType}') is not known; 'family' in rerank.json says how to read it, and 'template' what a causal model is asked.");
    }
}
