using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Weights;

/// <summary>The tensors of a model, taken by name and checked against what the architecture needs.</summary>
internal sealed class TensorSource
{
    private readonly SafetensorsModel _model;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Creates the source.</summary>
    /// <param name="model">The tensors.</param>
    /// <param name="first">A tensor that every model of the architecture has, named without a prefix.</param>
    /// <param name="prefixes">Prefixes that the names may have, for instance <c>bert.</c>.</param>
    public TensorSource(SafetensorsModel model, string first, params ReadOnlySpan<string> prefixes)
    {
        _model = model;
        Prefix = prefixes.Length > 0 ? prefixes[0] : string.Empty;
        foreach (var prefix in prefixes)
        {
            if (model.Tensors.ContainsKey(prefix + first))
            {
                Prefix = prefix;
                return;
            }
        }

        // A model that was saved without its head's class has no prefix.
        Prefix = model.Tensors.ContainsKey(first) ? string.Empty : Prefix;
    }

    /// <summary>The prefix of the names in the file.</summary>
    public string Prefix { get; }

    /// <summary>Tensors that were not taken.</summary>
    public IEnumerable<string> Rest => _model.Tensors.Keys.Where(name => !_taken.Contains(name)).Order(StringComparer.Ordinal);

    /// <summary>Returns whether there is a tensor.</summary>
    /// <param name="name">Its whole name.</param>
    public bool Has(string name) => _model.Tensors.ContainsKey(name);

    /// <summary>Takes a tensor of the body of the model, whose name has the prefix.</summary>
    /// <param name="name">Its name without the prefix.</param>
    /// <param name="dims">Its shape; −1 for a dimension of any size.</param>
    /// <exception cref="ModelLoadException">It is missing, or has another shape or an unsupported type.</exception>
    public SafetensorsTensor Body(string name, params ReadOnlySpan<long> dims) => Take(Prefix + name, dims);

    /// <summary>Takes a tensor.</summary>
    /// <param name="name">Its whole name.</param>
    /// <param name="dims">Its shape; −1 for a dimension of any size.</param>
    /// <exception cref="ModelLoadException">It is missing, or has another shape or an unsupported type.</exception>
    public SafetensorsTensor Take(string name, params ReadOnlySpan<long> dims)
    {
        if (!_model.Tensors.TryGetValue(name, out var tensor))
        {
            throw new ModelLoadException($"{_model.File} has no tensor {name}, which the architecture in config.json needs.");
        }

        if (tensor.DataType is not (OnnxDataType.Float or OnnxDataType.Float16 or OnnxDataType.BFloat16))
        {
            throw new ModelLoadException($"{_model.File}: the tensor {name} is of type {tensor.DataType}; supported are F32, F16 and BF16.");
        }

        if (!HasShape(tensor, dims))
        {
            throw new ModelLoadException($"{_model.File}: the tensor {name} is {Describe([.. tensor.Dims])}; config.json asks for {Describe(dims)}.");
        }

        _taken.Add(name);
        return tensor;
    }

    /// <summary>Marks a tensor that is known and not needed, so that it is not reported.</summary>
    /// <param name="name">Its whole name.</param>
    public void Ignore(string name) => _taken.Add(name);

    private static bool HasShape(SafetensorsTensor tensor, ReadOnlySpan<long> dims)
    {
        if (tensor.Dims.Count != dims.Length)
        {
            return false;
        }

        for (var i = 0; i < dims.Length; i++)
        {
            if (tensor.Dims[i] == 0 || (dims[i] >= 0 && dims[i] != tensor.Dims[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string Describe(ReadOnlySpan<long> dims)
    {
        var parts = new string[dims.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = dims[i] < 0 ? "any" : $"{dims[i]}";
        }

        return $"[{string.Join(", ", parts)}]";
    }
}
