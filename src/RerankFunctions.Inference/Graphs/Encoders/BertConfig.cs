using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Configuration;

namespace RerankFunctions.Inference.Graphs.Encoders;

/// <summary>Sizes and functions of BERT, RoBERTa and XLM-R.</summary>
/// <param name="Hidden">Size of a token's state.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Number of heads of attention.</param>
/// <param name="Intermediate">Size inside feed-forward parts.</param>
/// <param name="Activation">Function of feed-forward parts.</param>
/// <param name="Epsilon">What norms add to the variance.</param>
/// <param name="Vocabulary">Rows of the word embedding.</param>
/// <param name="Positions">Rows of the position embedding.</param>
/// <param name="Types">Rows of the segment embedding.</param>
internal sealed record BertConfig(
    int Hidden, int Layers, int Heads, int Intermediate, Activation Activation, float Epsilon, int Vocabulary, int Positions, int Types)
{
    /// <summary>Reads the fields of <c>config.json</c>.</summary>
    /// <exception cref="ModelLoadException">One is missing, not valid or not supported.</exception>
    public static BertConfig Read(ConfigReader config)
    {
        config.OneOf("position_embedding_type", "absolute", "absolute");
        config.Refuse("is_decoder", "add_cross_attention", "pruned_heads", "embedding_size", "quantization_config", "rope_scaling");
        var read = new BertConfig(
            config.Size("hidden_size", Limits.Width),
            config.Size("num_hidden_layers", Limits.Layers),
            config.Size("num_attention_heads", Limits.Width),
            config.Size("intermediate_size", Limits.Width),
            Activations.Read(config, "hidden_act", "gelu"),
            config.Positive("layer_norm_eps", 1e-12f),
            config.Size("vocab_size", Limits.Rows),
            config.Size("max_position_embeddings", Limits.Rows, 512),
            config.Size("type_vocab_size", Limits.Rows, 2));
        return read.Hidden % read.Heads == 0
            ? read
            : throw new ModelLoadException("config.json: 'hidden_size' must be a multiple of 'num_attention_heads'.");
    }
}
