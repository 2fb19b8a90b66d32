using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Loading;

/// <summary>
/// The size of a model's weights in the form in which they run, known before the model is loaded. Matrices that stay in floats although the precision is
/// smaller are not known before, so they count in the precision.
/// </summary>
internal static class WeightSize
{
    private const string Head = "lm_head.weight";
    private const string Tables = "embed";
    private const int BitsOfByte = 8;
    private const int BitsOfHalf = 16;
    private const int BitsOfFloat = 32;
    private const int BlockOfInt4 = 32;

    /// <summary>Computes the size of a folder's weights in bytes.</summary>
    /// <exception cref="Abstractions.ModelLoadException">A file of weights cannot be read or is not valid.</exception>
    public static long Of(ModelFolder folder) => folder.Weights.AreSafetensors
        ? SafetensorsModel.Open(folder.Path, folder.Weights.File).Tensors.Values.Sum(tensor => BitsOf(tensor, folder) / BitsOfByte)
        : folder.WeightFiles().Sum(file => new FileInfo(file).Length);

    private static long BitsOf(SafetensorsTensor tensor, ModelFolder folder)
    {
        if (tensor.Dims.Count != 2 || tensor.Bytes == 0)
        {
            return ElementsOf(tensor) * BitsOfFloat;
        }

        // Of the head over the vocabulary two rows are enough.
        if (folder.Kind == FamilyKind.CausalYesNo && tensor.Name.EndsWith(Head, StringComparison.Ordinal))
        {
            return 2 * tensor.Dims[1] * BitsOfFloat;
        }

        // Tables of words, positions and segments are not quantized. They stay in the type of the file, unless the model computes in a narrower one.
        if (tensor.Dims[0] >= folder.Config.VocabularySize || tensor.Name.Contains(Tables, StringComparison.Ordinal))
        {
            return Math.Min(tensor.Bytes * BitsOfByte, ElementsOf(tensor) * (folder.Weights.Precision == Precision.Fp16 ? BitsOfHalf : BitsOfFloat));
        }

        return folder.Weights.Precision switch
        {
            Precision.Fp16 => ElementsOf(tensor) * BitsOfHalf,
            Precision.Int8 => (ElementsOf(tensor) * 8) + (tensor.Dims[0] * BitsOfFloat),
            Precision.Int4 => (ElementsOf(tensor) * 4) + (ElementsOf(tensor) / BlockOfInt4 * BitsOfFloat),
            _ => ElementsOf(tensor) * BitsOfFloat,
        };
    }

    private static long ElementsOf(SafetensorsTensor tensor) =>
        OnnxDataTypes.BitsOf(tensor.DataType) is > 0 and var bits ? tensor.Bytes * BitsOfByte / bits : tensor.Bytes;
}
