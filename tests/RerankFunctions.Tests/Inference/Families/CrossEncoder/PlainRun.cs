using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RerankFunctions.Tests.Inference.Families.CrossEncoder;

/// <summary>Runs rows of ids on ONNX Runtime with nothing of the engine between.</summary>
internal static class PlainRun
{
    /// <summary>Scores a golden's ids alone.</summary>
    public static float Score(InferenceSession session, ModelGolden golden) =>
        Score(session, [(golden.InputIds, golden.TokenTypeIds ?? new long[golden.InputIds.Length])], padId: 0)[0];

    /// <summary>Scores rows in one run, padded behind to the longest.</summary>
    public static float[] Score(InferenceSession session, IReadOnlyList<(long[] Ids, long[] Types)> rows, long padId)
    {
        var longest = rows.Max(row => row.Ids.Length);
        long[] shape = [rows.Count, longest];
        var cells = new Dictionary<string, long[]>
        {
            ["input_ids"] = [.. rows.SelectMany(row => Padded(row.Ids, longest, padId))],
            ["attention_mask"] = [.. rows.SelectMany(row => Padded([.. row.Ids.Select(_ => 1L)], longest, 0))],
            ["token_type_ids"] = [.. rows.SelectMany(row => Padded(row.Types, longest, 0))],
        };
        var inputs = session.InputNames.Select(name => OrtValue.CreateTensorValueFromMemory(cells[name], shape)).ToList();
        using var options = new RunOptions();
        using var results = session.Run(options, session.InputNames, inputs, session.OutputNames);
        inputs.ForEach(input => input.Dispose());
        return results[0].GetTensorTypeAndShape().ElementDataType == TensorElementType.Float
            ? results[0].GetTensorDataAsSpan<float>().ToArray()
            : Array.ConvertAll(results[0].GetTensorDataAsSpan<Float16>().ToArray(), half => (float)half);
    }

    private static IEnumerable<long> Padded(long[] cells, int length, long fill) => cells.Concat(Enumerable.Repeat(fill, length - cells.Length));
}
