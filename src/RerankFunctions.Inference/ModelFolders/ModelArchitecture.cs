using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Rules that give each architecture its family and its longest input.</summary>
internal static class ModelArchitecture
{
    /// <summary>Maximum tokens of a pair of a causal model, unless <c>rerank.json</c> allows more.</summary>
    // The published procedure of Qwen3-Reranker cuts there, though the model has more positions.
    public const int MaxCausalTokens = 8192;

    private const string Classifier = "ForSequenceClassification";

    // Position ids of these encoders start after the padding id, which costs as many positions
    // (create_position_ids_from_input_ids in transformers' RoBERTa).
    private static readonly HashSet<string> PositionsAfterPad = ["roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet"];

    private static readonly HashSet<string> Encoders =
    [
        "albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "modernbert", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl",
    ];

    // The only decoder with a built-in prompt. A decoder scores a wrong prompt, too, and nothing shows that the score is wrong.
    private const string PromptedDecoder = "qwen3";

    /// <summary>Returns the name of a family in <c>rerank.json</c> and in answers.</summary>
    public static string NameOf(FamilyKind kind) => kind switch
    {
        FamilyKind.CrossEncoder => "cross-encoder",
        FamilyKind.CausalYesNo => "causal-yes-no",
        FamilyKind.CausalLabel => "causal-label",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Returns the family in <c>rerank.json</c>, else the family of the architecture.</summary>
    /// <exception cref="ModelLoadException">The architecture or the prompt of a causal model is unknown, or the model has several labels.</exception>
    public static FamilyKind KindOf(ModelConfig config, ModelOverrides overrides)
    {
        var kind = overrides.Family is { } family ? ByName(family) : ByArchitecture(config);
        if (kind is not FamilyKind.CrossEncoder && config.ModelType != PromptedDecoder && overrides.Template is null)
        {
            throw new ModelLoadException(
                $"rerank.json: a causal model with model_type '{PrintableName.Of(config.ModelType)}' needs its prompt as 'template'; "
                + $"only {PromptedDecoder} has a built-in one.");
        }

        if (kind is not FamilyKind.CausalYesNo && config.Labels is { } labels && labels != 1)
        {
            throw new ModelLoadException($"config.json: the model has {labels} labels; a reranker must have 1.");
        }

        return kind;
    }

    /// <summary>
    /// Returns the maximum tokens of a pair: the smallest limit of positions and tokenizer, at most <see cref="MaxCausalTokens"/> of a causal model, or the
    /// limit in <c>rerank.json</c>.
    /// </summary>
    /// <exception cref="ModelLoadException"><c>rerank.json</c> asks for more than the model has, or the limit is below 32.</exception>
    public static int MaxTokensOf(FamilyKind kind, ModelConfig config, TokenizerSettings settings, ModelOverrides overrides)
    {
        const int Min = 32;
        var positions = config.MaxPositions ?? int.MaxValue;
        if (PositionsAfterPad.Contains(config.ModelType))
        {
            positions -= (config.PadTokenId ?? 1) + 1;
        }

        if (positions < Min)
        {
            throw new ModelLoadException($"config.json: 'max_position_embeddings' leaves {positions} tokens; a pair needs at least {Min}.");
        }

        var limit = Math.Min(positions, settings.MaxLength ?? int.MaxValue);
        if (overrides.MaxLength is { } asked)
        {
            if (asked < Min || asked > positions)
            {
                throw new ModelLoadException($"rerank.json: 'max_length' must be from {Min} to the model's {positions}.");
            }

            limit = asked;
        }

        if (limit < Min)
        {
            throw new ModelLoadException($"tokenizer_config.json: 'model_max_length' leaves {limit} tokens; a pair needs at least {Min}.");
        }

        if (limit == int.MaxValue)
        {
            throw new ModelLoadException(
                "config.json has no 'max_position_embeddings' and tokenizer_config.json no 'model_max_length'; set 'max_length' in rerank.json.");
        }

        return kind == FamilyKind.CrossEncoder || overrides.MaxLength is not null ? limit : Math.Min(limit, MaxCausalTokens);
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
            $"config.json: the architecture '{PrintableName.Of(config.Architecture)}' (model_type '{PrintableName.Of(config.ModelType)}') is unknown; "
            + "set 'family' in rerank.json, and 'template' for a causal model.");
    }
}
