using Microsoft.ML.OnnxRuntime;

namespace RerankFunctions.Inference.Sessions;

/// <summary>The cells of an int64 input [rows, columns]. The memory grows to the largest micro-batch and is kept for later ones.</summary>
internal sealed class InputBuffer
{
    private long[] _cells = [];
    private int _columns;

    /// <summary>Sets the shape and fills all cells.</summary>
    public void Reset(int rows, int columns, long fill)
    {
        var size = checked(rows * columns);
        if (_cells.Length < size)
        {
            // ONNX Runtime reads the cells where they lie, so the garbage collector must not move them.
            var capacity = Math.Min(Array.MaxLength, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size));
            _cells = GC.AllocateUninitializedArray<long>((int)capacity, pinned: true);
        }

        _columns = columns;
        _cells.AsSpan(0, size).Fill(fill);
    }

    /// <summary>Returns the cells of one row.</summary>
    public Span<long> Row(int row) => _cells.AsSpan(row * _columns, _columns);

    /// <summary>Returns some of the rows as a tensor over the same cells.</summary>
    public OrtValue ToTensor(int firstRow, int rows) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance, _cells.AsMemory(firstRow * _columns, rows * _columns), [rows, _columns]);
}
