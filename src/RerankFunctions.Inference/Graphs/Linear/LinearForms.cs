using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Linear;

/// <summary>Matrix products that are written alone.</summary>
internal static class LinearForms
{
    /// <summary>Writes the product of an input with one matrix.</summary>
    public static string WriteOne(this LinearForm linear, GraphWriter graph, string input, SafetensorsTensor weight) => linear.Write(graph, input, weight)[0];

    /// <summary>Writes the product of an input with one matrix, plus a bias where there is one.</summary>
    public static string WriteOne(this LinearForm linear, GraphWriter graph, string input, SafetensorsTensor weight, SafetensorsTensor? bias)
    {
        var product = linear.WriteOne(graph, input, weight);
        return bias is null ? product : graph.Call("Add", [product, graph.Vector(bias)]);
    }
}
