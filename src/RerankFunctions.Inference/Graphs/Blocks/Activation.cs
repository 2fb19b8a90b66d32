using RerankFunctions.Inference.Graphs.Configuration;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Blocks;

/// <summary>Activation functions of feed-forward parts and heads.</summary>
internal enum Activation
{
    /// <summary>x/2 · (1 + erf(x/√2)).</summary>
    Gelu,

    /// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715x³))).</summary>
    GeluTanh,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x · sigmoid(x).</summary>
    Silu,
}

/// <summary>Reads and writes activation functions.</summary>
internal static class Activations
{
    private static readonly string[] Names = ["gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu", "swish"];

    /// <summary>Reads a field of <c>config.json</c> that names an activation function.</summary>
    /// <exception cref="Abstractions.ModelLoadException">It names another one.</exception>
    public static Activation Read(ConfigReader config, string name, string byDefault) => config.OneOf(name, byDefault, Names) switch
    {
        "gelu" => Activation.Gelu,
        "relu" => Activation.Relu,
        "silu" or "swish" => Activation.Silu,
        _ => Activation.GeluTanh,
    };

    /// <summary>Writes an activation function of input and bias.</summary>
    /// <param name="activation">The function.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="input">Name of the input, [.., size].</param>
    /// <param name="bias">Name of a vector [size] that is added first; empty for none.</param>
    public static string Write(this Activation activation, GraphWriter graph, string input, string bias = "")
    {
        if (activation == Activation.GeluTanh)
        {
            return graph.CallRuntime("FastGelu", [input, bias]);
        }

        if (activation == Activation.Gelu)
        {
            return bias.Length == 0 ? graph.CallRuntime("Gelu", [input]) : graph.CallRuntime("BiasGelu", [input, bias]);
        }

        var sum = bias.Length == 0 ? input : graph.Call("Add", [input, bias]);
        return activation == Activation.Relu ? graph.Call("Relu", [sum]) : graph.CallRuntime("QuickGelu", [sum], NodeAttribute.Float("alpha", 1));
    }
}
