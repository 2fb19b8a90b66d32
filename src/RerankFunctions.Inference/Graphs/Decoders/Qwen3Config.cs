using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Configuration;

namespace RerankFunctions.Inference.Graphs.Decoders;

/// <summary>Sizes and functions of Qwen3.</summary>
internal sealed record Qwen3Config
{
    private const string Full = "full_attention";

    /// <summary>Size of a token's state.</summary>
    public required int Hidden { get; init; }

    /// <summary>Number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Number of heads of queries.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of heads of keys and values; each serves as many heads of queries as the others.</summary>
    public required int KeyHeads { get; init; }

    /// <summary>Size of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Size inside feed-forward parts.</summary>
    public required int Intermediate { get; init; }

    /// <summary>Function of feed-forward parts.</summary>
    public required Activation Activation { get; init; }

    /// <summary>What norms add to the mean square.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Base of the rotary positions.</summary>
    public required float RotaryBase { get; init; }

    /// <summary>Whether attention has biases.</summary>
    public required bool HasAttentionBias { get; init; }

    /// <summary>Whether the head of the language model is the word embedding.</summary>
    public required bool TiesHead { get; init; }

    /// <summary>Reads the fields of <c>config.json</c>.</summary>
    /// <exception cref="ModelLoadException">One is missing, not valid or not supported.</exception>
    public static Qwen3Config Read(ConfigReader config)
    {
        config.Refuse("use_sliding_window", "quantization_config", "pruned_heads", "use_bidirectional_attention");
        config.RefuseScaledPositions();
        if (!config.Flag("is_causal", true))
        {
            throw new ModelLoadException("config.json: 'is_causal' must be true where the graph is built from safetensors.");
        }

        if (config.Texts("layer_types") is { } types && types.Any(type => type != Full))
        {
            throw new ModelLoadException($"config.json: 'layer_types' must be {Full} only where the graph is built from safetensors.");
        }

        var read = new Qwen3Config
        {
            Hidden = config.Size("hidden_size", Limits.Width),
            Layers = config.Size("num_hidden_layers", Limits.Layers),
            Heads = config.Size("num_attention_heads", Limits.Width),
            KeyHeads = config.Size("num_key_value_heads", Limits.Width, 32),
            HeadSize = config.Size("head_dim", Limits.Width, 128),
            Intermediate = config.Size("intermediate_size", Limits.Width),
            Activation = Activations.Read(config, "hidden_act", "silu"),
            Epsilon = config.Positive("rms_norm_eps", 1e-6f),
            RotaryBase = config.RotaryBase("rope_theta", group: null, 10_000),
            HasAttentionBias = config.Flag("attention_bias", false),
            TiesHead = config.Flag("tie_word_embeddings", false),
        };
        return read.Heads % read.KeyHeads == 0 && read.HeadSize % 2 == 0
            ? read
            : throw new ModelLoadException("config.json: 'num_attention_heads' must be a multiple of 'num_key_value_heads', and 'head_dim' even.");
    }
}
