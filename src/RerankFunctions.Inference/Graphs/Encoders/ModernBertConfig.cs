using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Configuration;

namespace RerankFunctions.Inference.Graphs.Encoders;

/// <summary>Sizes and functions of ModernBERT.</summary>
internal sealed record ModernBertConfig
{
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";

    /// <summary>Size of a token's state.</summary>
    public required int Hidden { get; init; }

    /// <summary>Number of heads of attention.</summary>
    public required int Heads { get; init; }

    /// <summary>Size inside feed-forward parts.</summary>
    public required int Intermediate { get; init; }

    /// <summary>Rows of the word embedding.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Function of feed-forward parts.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Function of the head.</summary>
    public required Activation HeadActivation { get; init; }

    /// <summary>What norms add to the variance.</summary>
    public required float Epsilon { get; init; }

    /// <summary>For each layer, whether its tokens attend to near tokens only.</summary>
    public required IReadOnlyList<bool> IsLocal { get; init; }

    /// <summary>Largest distance of tokens that attend to each other in a local layer.</summary>
    public required int Reach { get; init; }

    /// <summary>Base of the rotary positions of global layers.</summary>
    public required float GlobalBase { get; init; }

    /// <summary>Base of the rotary positions of local layers.</summary>
    public required float LocalBase { get; init; }

    /// <summary>Whether the score is read from the mean of all tokens; else from the first.</summary>
    public required bool PoolsMean { get; init; }

    /// <summary>Whether attention has biases.</summary>
    public required bool HasAttentionBias { get; init; }

    /// <summary>Whether feed-forward parts have biases.</summary>
    public required bool HasInnerBias { get; init; }

    /// <summary>Whether norms have biases.</summary>
    public required bool HasNormBias { get; init; }

    /// <summary>Whether the dense layer of the head has a bias.</summary>
    public required bool HasHeadBias { get; init; }

    /// <summary>Reads the fields of <c>config.json</c>.</summary>
    /// <exception cref="ModelLoadException">One is missing, not valid or not supported.</exception>
    public static ModernBertConfig Read(ConfigReader config)
    {
        config.Refuse("quantization_config", "is_decoder", "pruned_heads", "rope_scaling");
        var (layers, global) = (config.Size("num_hidden_layers", Limits.Layers), config.Size("global_attn_every_n_layers", Limits.Layers, 3));
        var types = config.Texts("layer_types") ?? [.. Enumerable.Range(0, layers).Select(layer => layer % global == 0 ? Full : Sliding)];
        if (types.Count != layers || types.Any(type => type is not (Full or Sliding)))
        {
            throw new ModelLoadException($"config.json: 'layer_types' must name {Full} or {Sliding} for each of the {layers} layers.");
        }

        var read = new ModernBertConfig
        {
            Hidden = config.Size("hidden_size", Limits.Width),
            Heads = config.Size("num_attention_heads", Limits.Width),
            Intermediate = config.Size("intermediate_size", Limits.Width),
            Vocabulary = config.Size("vocab_size", Limits.Rows),
            Activation = Activations.Read(config, "hidden_activation", "gelu"),
            HeadActivation = Activations.Read(config, "classifier_activation", "gelu"),
            Epsilon = config.Positive("norm_eps", 1e-5f),
            IsLocal = [.. types.Select(type => type == Sliding)],
            Reach = config.Size("local_attention", Limits.Rows, 128) / 2,
            GlobalBase = config.RotaryBase("global_rope_theta", Full, 160_000),
            LocalBase = config.RotaryBase("local_rope_theta", Sliding, 10_000),
            PoolsMean = config.OneOf("classifier_pooling", "cls", "cls", "mean") == "mean",
            HasAttentionBias = config.Flag("attention_bias", false),
            HasInnerBias = config.Flag("mlp_bias", false),
            HasNormBias = config.Flag("norm_bias", false),
            HasHeadBias = config.Flag("classifier_bias", false),
        };
        return read.Hidden % (2 * read.Heads) == 0
            ? read
            : throw new ModelLoadException("config.json: 'hidden_size' must be an even multiple of 'num_attention_heads'.");
    }
}
