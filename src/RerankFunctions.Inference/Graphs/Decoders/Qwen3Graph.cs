using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs.Blocks;
using RerankFunctions.Inference.Graphs.Configuration;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Decoders;

/// <summary>
/// The graph of <c>Qwen3ForCausalLM</c> that answers yes or no, and of <c>Qwen3ForSequenceClassification</c> with one label: one number a row, read at its
/// last token. All rows share a row of past keys and values, and a run can keep those of its first row.
/// </summary>
internal sealed class Qwen3Graph
{
    private readonly GraphWriter _graph;
    private readonly TensorSource _tensors;
    private readonly Qwen3Config _config;
    private readonly LinearForm _linear;
    private readonly SafetensorsTensor _words;
    private readonly List<OnnxValue> _pasts = [];

    // Written at the end, those of the first layer last.
    private readonly Stack<(Qwen3Past Past, string Keys, string Values)> _kept = new();

    /// <summary>Prepares a graph.</summary>
    /// <param name="graph">Receives the graph.</param>
    /// <param name="reader">Content of <c>config.json</c>.</param>
    /// <param name="tensors">The weights.</param>
    /// <param name="linear">How matrix products are computed.</param>
    /// <exception cref="ModelLoadException">A field of the configuration is not supported, or a tensor does not fit it.</exception>
    public Qwen3Graph(GraphWriter graph, ConfigReader reader, TensorSource tensors, LinearForm linear)
    {
        (_graph, _tensors, _linear) = (graph, tensors, linear);
        _config = Qwen3Config.Read(reader);

        // Files have more or fewer words than their configuration says.
        _words = tensors.Body("embed_tokens.weight", -1, _config.Hidden);
    }

    /// <summary>Number of words that the embedding has.</summary>
    public long Words => _words.Dims[0];

    /// <summary>Names of tensors.</summary>
    /// <param name="model">The tensors.</param>
    public static TensorSource Open(SafetensorsModel model) => new(model, "embed_tokens.weight", "model.");

    /// <summary>Returns the head of a model that answers yes or no: what its last state is multiplied with to give the logit of yes − no.</summary>
    /// <param name="weights">Reads tensors.</param>
    /// <param name="yes">Id of the token that means relevant.</param>
    /// <param name="no">Id of the token that means irrelevant.</param>
    public float[] ReadYesNo(WeightStore weights, int yes, int no)
    {
        var head = _config.TiesHead ? _words : _tensors.Take("lm_head.weight", -1, _config.Hidden);
        if (_config.TiesHead)
        {
            _tensors.Ignore("lm_head.weight");
        }

        if (Math.Max(yes, no) >= head.Dims[0])
        {
            throw new ModelLoadException($"The tensor {head.Name} has {head.Dims[0]} rows, but the ids of yes and no are {yes} and {no}.");
        }

        var difference = weights.ReadFloats(head.Rows(yes, 1));
        var other = weights.ReadFloats(head.Rows(no, 1));
        for (var i = 0; i < difference.Length; i++)
        {
            difference[i] -= other[i];
        }

        return difference;
    }

    /// <summary>Returns the head of a model with one label.</summary>
    /// <param name="weights">Reads tensors.</param>
    public float[] ReadLabel(WeightStore weights) => weights.ReadFloats(_tensors.Take("score.weight", 1, _config.Hidden));

    /// <summary>Writes the graph.</summary>
    /// <param name="head">What the last state is multiplied with, one number for each of its elements.</param>
    /// <param name="maxTokens">Maximum number of tokens of a row with its prefix.</param>
    /// <param name="sharesPrefix">Whether rows share past keys and values.</param>
    /// <returns>The inputs for past keys and values.</returns>
    public IReadOnlyList<OnnxValue> Write(float[] head, int maxTokens, bool sharesPrefix)
    {
        var ids = _graph.Input("input_ids", OnnxDataType.Int64, new OnnxDim(null, "rows"), new OnnxDim(null, "tokens"));
        var positions = _graph.Input(CausalPorts.Positions, OnnxDataType.Int64, new OnnxDim(null, "rows"), new OnnxDim(2, null));
        var keptRows = sharesPrefix ? _graph.Input(CausalPorts.KeptRows, OnnxDataType.Int64, new OnnxDim(1, null)) : string.Empty;
        var pasts = Enumerable.Range(0, sharesPrefix ? _config.Layers : 0).Select(ReadPast).ToList();
        var first = pasts.Count > 0 ? pasts[0].Length : _graph.Integers(0);
        var rotary = RotaryPositions.Create(_graph, "rotary", _config.RotaryBase, _config.HeadSize, maxTokens);
        var places = Qwen3Places.Write(_graph, rotary, ids, positions, first, _config.Heads / _config.KeyHeads);
        var attention = new Qwen3Attention(_graph, _tensors, _config, _linear);
        var states = Embedding.Write(_graph, _words, ids);
        var normed = Norm("layers.0.input_layernorm").Write(_graph, states);
        for (var layer = 0; layer < _config.Layers; layer++)
        {
            // Of the last layer, only each row's last token is read: the others are keys and values there, and nothing else.
            var isLast = layer == _config.Layers - 1;
            var name = $"layers.{layer}.";
            var past = sharesPrefix ? pasts[layer] : null;
            var queries = isLast ? Last(normed, positions) : normed;
            var (context, keys, values) = attention.Write($"{name}self_attn.", queries, normed, places, past);
            if (past is not null)
            {
                _kept.Push((past, keys, values));
            }

            var bias = _config.HasAttentionBias ? _graph.Vector(_tensors.Body($"{name}self_attn.o_proj.bias", _config.Hidden)) : string.Empty;
            (normed, states) = Norm($"{name}post_attention_layernorm")
                .WriteSum(_graph, context, isLast ? Last(states, positions) : states, bias, needsSum: true);
            var inner = WriteFeedForward($"{name}mlp.", normed);
            (normed, states) = Norm(isLast ? "norm" : $"layers.{layer + 1}.input_layernorm").WriteSum(_graph, inner, states, string.Empty, !isLast);
        }

        WriteScore(normed, head);
        while (_kept.TryPop(out var kept))
        {
            Keep(kept.Past.ValuesInput, kept.Values, keptRows);
            Keep(kept.Past.KeysInput, kept.Keys, keptRows);
        }

        return _pasts;
    }

    private Qwen3Past ReadPast(int layer)
    {
        string Declare(string kind)
        {
            var past = CausalPorts.KeysOrValues(
                $"{CausalPorts.Past}{layer}.{kind}", _graph.Type, new OnnxDim(1, null), _config.KeyHeads, "prefix", _config.HeadSize);
            _pasts.Add(past);
            return _graph.Input(past.Name, past.ElementType, [.. past.Dims!]);
        }

        var (keys, values) = (Declare("key"), Declare("value"));
        var length = _graph.Call("Gather", [_graph.Call("Shape", [keys]), _graph.Integers(2)], NodeAttribute.Integer("axis", 0));
        string HeadsFirst(string input) => _graph.Call("Transpose", [input], NodeAttribute.Integers("perm", 1, 0, 2, 3));
        return new Qwen3Past(keys, values, HeadsFirst(keys), HeadsFirst(values), length);
    }

    // ONNX Runtime orders a graph from its last result backwards: these are written last, those of the first layer at the very end, so that each is taken
    // when its layer has run and keys and values of all layers are not held until the end.
    private void Keep(string past, string fresh, string keptRows)
    {
        var rows = _graph.Call("Slice", [fresh, _graph.Integers(0), keptRows, _graph.Integers(1)]);
        rows = _graph.Call("Transpose", [rows], NodeAttribute.Integers("perm", 1, 0, 2, 3));
        var before = _graph.Call("Slice", [past, _graph.Integers(0), keptRows, _graph.Integers(0)]);
        var name = _graph.CallAs(CausalPorts.KeptNameOf(past), "Concat", [before, rows], NodeAttribute.Integer("axis", 2));
        var declared = CausalPorts.KeysOrValues(name, _graph.Type, new OnnxDim(null, "kept_rows"), _config.KeyHeads, "kept", _config.HeadSize);
        _graph.Output(name, declared.ElementType, [.. declared.Dims!]);
    }

    private string Last(string states, string positions) =>
        _graph.Call("Unsqueeze", [_graph.Call("GatherND", [states, positions]), _graph.Integers(1)]);

    private string WriteFeedForward(string name, string normed)
    {
        var products = _linear.Write(
            _graph,
            normed,
            _tensors.Body($"{name}gate_proj.weight", _config.Intermediate, _config.Hidden),
            _tensors.Body($"{name}up_proj.weight", _config.Intermediate, _config.Hidden));
        var inner = _graph.Call("Mul", [_config.Activation.Write(_graph, products[0]), products[1]]);
        return _linear.WriteOne(_graph, inner, _tensors.Body($"{name}down_proj.weight", _config.Hidden, _config.Intermediate));
    }

    private void WriteScore(string normed, float[] head)
    {
        var state = _graph.Type == OnnxDataType.Float
            ? normed
            : _graph.Call("Cast", [normed], NodeAttribute.Integer("to", (long)OnnxDataType.Float));
        var number = _graph.Call("MatMul", [state, _graph.Floats("head", [head.Length, 1], head)]);
        _graph.CallAs(CausalPorts.Score, "Reshape", [number, _graph.Integers(-1, 1)]);
        _graph.Output(CausalPorts.Score, OnnxDataType.Float, new OnnxDim(null, "rows"), new OnnxDim(1, null));
    }

    private LayerNorm Norm(string name) =>
        new(_graph.Vector(_tensors.Body($"{name}.weight", _config.Hidden)), string.Empty, _config.Epsilon, IsSimple: true);
}
