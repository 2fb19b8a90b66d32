using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Sessions;

/// <summary>An output with one number per row, [rows, 1]. All runs write it into the same memory, which grows to the most rows of a run.</summary>
/// <param name="name">Name of the output.</param>
/// <param name="isHalf">Whether it is fp16; otherwise it is fp32.</param>
internal sealed class RowOutput(string name, bool isHalf)
{
    private const int MinRows = 64;

    private readonly string[] _names = [name];
    private readonly OrtValue[] _values = new OrtValue[1];
    private float[] _floats = [];
    private Float16[] _halves = [];

    /// <summary>Runs a model and reads the output.</summary>
    /// <param name="session">The model.</param>
    /// <param name="inputs">Values of its inputs.</param>
    /// <param name="size">Size of the run.</param>
    /// <param name="numbers">Receives one number per row.</param>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    /// <exception cref="ScoringException">The output has another shape.</exception>
    public void Run(ModelSession session, IReadOnlyCollection<OrtValue> inputs, RunSize size, Span<float> numbers)
    {
        using var value = Bind(numbers.Length);
        _values[0] = value;
        try
        {
            session.Run(inputs, _names, _values, size);
        }
        catch (OnnxRuntimeException exception) when (!RunFailure.IsOutOfMemory(exception))
        {
            // An output of another shape fails too. Only a run without given memory tells which.
            using var results = session.Run(inputs, _names, size);
            Read(results[0], numbers);
            return;
        }

        for (var row = 0; row < numbers.Length; row++)
        {
            numbers[row] = isHalf ? (float)_halves[row] : _floats[row];
        }
    }

    private static void Read(OrtValue value, Span<float> numbers)
    {
        var output = new FloatOutput(value);
        if (!output.Shape.SequenceEqual([numbers.Length, 1]))
        {
            throw output.ShapeFault();
        }

        for (var row = 0; row < numbers.Length; row++)
        {
            numbers[row] = output[row];
        }
    }

    private OrtValue Bind(int rows) => isHalf ? Bind(ref _halves, rows) : Bind(ref _floats, rows);

    private static OrtValue Bind<T>(ref T[] memory, int rows)
        where T : unmanaged
    {
        if (memory.Length < rows)
        {
            // ONNX Runtime writes to the memory where it lies, so the garbage collector must not move it.
            memory = GC.AllocateUninitializedArray<T>(Math.Max(MinRows, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)rows)), pinned: true);
        }

        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, rows), [rows, 1]);
    }
}
