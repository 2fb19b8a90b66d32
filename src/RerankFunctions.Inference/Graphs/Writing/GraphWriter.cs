using System.Runtime.InteropServices;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Writing;

/// <summary>Writes the graph of a model: operators, whose results it names, and constants.</summary>
internal sealed class GraphWriter
{
    private const long OperatorSet = 17;

    private readonly OnnxModelWriter _model = new(OperatorSet);
    private readonly WeightStore _store;
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Creates an empty graph.</summary>
    /// <param name="type">Type that the model computes in: Float or Float16.</param>
    /// <param name="store">The weights.</param>
    public GraphWriter(OnnxDataType type, WeightStore store)
    {
        Type = type;
        _store = store;
    }

    /// <summary>Type that the model computes in: Float or Float16.</summary>
    public OnnxDataType Type { get; }

    /// <summary>The weights.</summary>
    public WeightStore Weights => _store;

    /// <summary>Encodes the graph.</summary>
    public byte[] Write() => _model.Write();

    /// <summary>Declares an input and returns its name.</summary>
    public string Input(string name, OnnxDataType type, params ReadOnlySpan<OnnxDim> dims)
    {
        _model.AddInput(new OnnxValue(name, type, dims.ToArray()));
        return name;
    }

    /// <summary>Declares the result of an operator as an output.</summary>
    public void Output(string name, OnnxDataType type, params ReadOnlySpan<OnnxDim> dims) => _model.AddOutput(new OnnxValue(name, type, dims.ToArray()));

    /// <summary>Calls an operator of the standard set and returns the name of its result.</summary>
    public string Call(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<NodeAttribute> attributes) =>
        Call(string.Empty, operation, inputs, NewName(operation), attributes);

    /// <summary>Calls an operator of ONNX Runtime's own set and returns the name of its result.</summary>
    public string CallRuntime(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<NodeAttribute> attributes) =>
        Call(OnnxModelWriter.RuntimeDomain, operation, inputs, NewName(operation), attributes);

    /// <summary>Calls an operator whose result gets a certain name.</summary>
    public string CallAs(string result, string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<NodeAttribute> attributes) =>
        Call(string.Empty, operation, inputs, result, attributes);

    /// <summary>Calls an operator of ONNX Runtime's own set with several results.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="needed">Which results are needed; the first one always is.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The names of the results; empty for those that are not needed.</returns>
    public string[] CallRuntime(string operation, ReadOnlySpan<string> inputs, bool[] needed, params ReadOnlySpan<NodeAttribute> attributes)
    {
        var name = NewName(operation);
        string[] results = [name, .. needed.Skip(1).Select((isNeeded, i) => isNeeded ? $"{name}.{i + 1}" : string.Empty)];
        _model.Add(OnnxNode.Create(OnnxModelWriter.RuntimeDomain, operation, Trim(inputs), results, attributes));
        return results;
    }

    /// <summary>Returns a constant list of whole numbers.</summary>
    public string Integers(params ReadOnlySpan<long> values)
    {
        var key = $"int64[{string.Join(',', values.ToArray())}]";
        if (_constants.TryAdd(key, key))
        {
            _model.Add(OnnxTensor.Create(key, [values.Length], values));
        }

        return key;
    }

    /// <summary>Returns a constant whole number.</summary>
    public string Whole(long value)
    {
        var key = $"int64({value})";
        if (_constants.TryAdd(key, key))
        {
            _model.Add(OnnxTensor.Create(key, [], [value]));
        }

        return key;
    }

    /// <summary>Returns a constant single number in the type of the model.</summary>
    public string Scalar(float value)
    {
        var key = $"scalar({value:R})";
        if (_constants.TryAdd(key, key))
        {
            _model.Add(InType(key, [], [value]));
        }

        return key;
    }

    /// <summary>Returns a constant single number of 8 bits.</summary>
    /// <param name="value">Its bits.</param>
    /// <param name="type">UInt8 or Int8.</param>
    public string Byte(byte value, OnnxDataType type)
    {
        var key = $"{type}({value})";
        if (_constants.TryAdd(key, key))
        {
            _model.Add(OnnxTensor.Create(key, [], type, [value]));
        }

        return key;
    }

    /// <summary>Returns a constant whose values are computed when the graph is complete (<see cref="WeightStore.Convert"/>).</summary>
    public string Converted(string name, IReadOnlyList<long> dims, OnnxDataType type, WeightConversion write)
    {
        if (_constants.TryAdd(name, name))
        {
            _model.Add(_store.Convert(name, dims, type, write));
        }

        return name;
    }

    /// <summary>Returns a constant of few values in the type of the model.</summary>
    public string Constant(string name, long[] dims, ReadOnlySpan<float> values)
    {
        if (_constants.TryAdd(name, name))
        {
            _model.Add(InType(name, dims, values));
        }

        return name;
    }

    /// <summary>Returns a constant of few values in 32 bits, whatever the type of the model.</summary>
    public string Floats(string name, long[] dims, ReadOnlySpan<float> values)
    {
        _model.Add(OnnxTensor.Create(name, dims, values));
        return name;
    }

    /// <summary>Returns one or more vectors, one behind the other, in the type of the model. They are written into the graph.</summary>
    public string Vector(params ReadOnlySpan<SafetensorsTensor> parts)
    {
        var values = new List<float>();
        foreach (var part in parts)
        {
            values.AddRange(_store.ReadFloats(part));
        }

        return Constant(parts.Length == 1 ? parts[0].Name : $"{parts[0].Name}+{parts.Length - 1}", [values.Count], CollectionsMarshal.AsSpan(values));
    }

    /// <summary>Returns a large tensor in the type that its file has, mapped.</summary>
    public string Mapped(SafetensorsTensor tensor)
    {
        if (_constants.TryAdd(tensor.Name, tensor.Name))
        {
            _model.Add(_store.Mapped(tensor));
        }

        return tensor.Name;
    }

    /// <summary>Returns a large tensor in the type of the model: mapped where the file has it in that type.</summary>
    public string Matrix(SafetensorsTensor tensor)
    {
        var key = $"{tensor.Name} as {Type}";
        if (_constants.TryAdd(key, tensor.Name))
        {
            var constant = _store.Matrix(tensor, Type);
            _constants[key] = constant.Name;
            _model.Add(constant);
        }

        return _constants[key];
    }

    private static string[] Trim(ReadOnlySpan<string> inputs)
    {
        // Optional inputs at the end are left out, not named empty.
        var count = inputs.Length;
        while (count > 0 && inputs[count - 1].Length == 0)
        {
            count--;
        }

        return inputs[..count].ToArray();
    }

    private OnnxTensor InType(string name, long[] dims, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * FloatConversion.SizeOf(Type)];
        _store.Require(FloatConversion.FromFloats(values, Type, bytes), name);
        return OnnxTensor.Create(name, dims, Type, bytes);
    }

    private string Call(string domain, string operation, ReadOnlySpan<string> inputs, string result, ReadOnlySpan<NodeAttribute> attributes)
    {
        _model.Add(OnnxNode.Create(domain, operation, Trim(inputs), [result], attributes));
        return result;
    }

    private string NewName(string operation) => $"{operation}.{_count++}";
}
