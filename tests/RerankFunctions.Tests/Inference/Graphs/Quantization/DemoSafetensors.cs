using System.Runtime.InteropServices;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Inference.Safetensors;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Graphs.Quantization;

/// <summary>The demo model as safetensors: the numbers of its ONNX file under Hugging Face's names, in 32 bits.</summary>
internal static class DemoSafetensors
{
    private const int Layers = 4;
    private const int Width = 192;

    /// <summary>Writes a model folder with safetensors alone.</summary>
    public static TemporaryFolder Create()
    {
        var folder = new TemporaryFolder().With(TestModel.Demo);
        using (var graph = OnnxGraph.Open(folder["onnx/model.onnx"]))
        {
            var constants = graph.Initializers.ToDictionary(
                tensor => tensor.Name,
                tensor => tensor.HasFloats ? tensor.ReadFloats(0, 1, (int)tensor.Elements, graph.Folder) : [],
                StringComparer.Ordinal);
            SafetensorsWriter.Write(
                folder["model.safetensors"],
                Tensors(constants).ToDictionary(
                    tensor => tensor.Name,
                    tensor => (OnnxDataType.Float, tensor.Dims, MemoryMarshal.AsBytes(tensor.Values.AsSpan()).ToArray()),
                    StringComparer.Ordinal));
        }

        Directory.Delete(folder["onnx"], recursive: true);
        return folder;
    }

    private static IEnumerable<(string Name, long[] Dims, float[] Values)> Tensors(Dictionary<string, float[]> constants)
    {
        var scales = constants["words.s"];
        const string Embeddings = "roberta.embeddings";
        float[] words = [.. constants["words.q"].Select((value, i) => value * scales[i / Width])];
        yield return ($"{Embeddings}.word_embeddings.weight", [scales.Length, Width], words);
        yield return ($"{Embeddings}.position_embeddings.weight", [constants["positions.h"].Length / Width, Width], constants["positions.h"]);
        yield return ($"{Embeddings}.token_type_embeddings.weight", [1, Width], new float[Width]);
        var names = constants.Keys.Where(name => name.Contains("LayerNorm", StringComparison.Ordinal) || name == "classifier.out_proj.bias");
        foreach (var name in names)
        {
            yield return (name, [constants[name].Length], constants[name]);
        }

        var layers = Enumerable.Range(0, Layers).SelectMany(layer => Layer(constants, layer));
        foreach (var tensor in layers.Concat(Linear(constants, "classifier.dense", "cd", 0, 1)))
        {
            yield return tensor;
        }

        yield return ("classifier.out_proj.weight", [1, Width], constants["classifier.out_proj.weight.t"]);
    }

    // The last layer computes its query for the first token alone, so its matrices are apart.
    private static IEnumerable<(string, long[], float[])> Layer(Dictionary<string, float[]> constants, int layer)
    {
        var (name, source) = ($"roberta.encoder.layer.{layer}", $"l{layer}");
        var isPacked = constants.ContainsKey($"{source}.qkv.bias");
        return
        [
            .. Linear(constants, $"{name}.attention.self.query", isPacked ? $"{source}.qkv" : $"{source}.q", 0, isPacked ? 3 : 1),
            .. Linear(constants, $"{name}.attention.self.key", isPacked ? $"{source}.qkv" : $"{source}.kv", isPacked ? 1 : 0, isPacked ? 3 : 2),
            .. Linear(constants, $"{name}.attention.self.value", isPacked ? $"{source}.qkv" : $"{source}.kv", isPacked ? 2 : 1, isPacked ? 3 : 2),
            .. Linear(constants, $"{name}.attention.output.dense", $"{source}.o", 0, 1),
            .. Linear(constants, $"{name}.intermediate.dense", $"{source}.f1", 0, 1),
            .. Linear(constants, $"{name}.output.dense", $"{source}.f2", 0, 1),
        ];
    }

    // One of several matrices that stand side by side, [in, parts × out], as [out, in].
    private static IEnumerable<(string, long[], float[])> Linear(Dictionary<string, float[]> constants, string name, string source, int part, int parts)
    {
        var (weight, bias) = (constants[$"{source}.weight.h"], constants[$"{source}.bias"]);
        var columns = bias.Length / parts;
        var inputs = weight.Length / bias.Length;
        var turned = new float[columns * inputs];
        for (var column = 0; column < columns; column++)
        {
            for (var input = 0; input < inputs; input++)
            {
                turned[(column * inputs) + input] = weight[(input * bias.Length) + (part * columns) + column];
            }
        }

        return [($"{name}.weight", [columns, inputs], turned), ($"{name}.bias", [columns], bias.AsSpan(part * columns, columns).ToArray())];
    }
}
