using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Benchmarks.Causal;

/// <summary>An unchanged causal export: all rows padded to one length, logits of the whole vocabulary at every position.</summary>
/// <param name="session">The export.</param>
/// <param name="prompt">Builds its pairs.</param>
/// <param name="pasts">Its past inputs.</param>
/// <param name="vocabulary">Size of the vocabulary.</param>
/// <param name="yes">Id of the token for relevant.</param>
/// <param name="no">Id of the token for irrelevant.</param>
internal sealed class PlainExport(InferenceSession session, CausalPrompt prompt, IReadOnlyList<PastInput> pasts, int vocabulary, int yes, int no) : IDisposable
{
    public float[] Score(ScoringRequest request)
    {
        var pairs = prompt.Encode(request, TextMode.UserText, CancellationToken.None);
        var rows = Enumerable.Range(0, pairs.Count).Select(pair => pairs[pair]).ToArray();
        var longest = rows.Max(row => row.Length);
        var layout = new CausalLayout(
            CausalOutput.Vocabulary, "logits", TakesPositions: true, pasts, SharesPrefix: false, PadsLeft: false, PadId: 0, vocabulary, yes, no);
        var inputs = new CausalInputs(layout);
        inputs.Begin(rows.Length, longest, prefix: 0, rows.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            inputs.Write(row, rows[row].Span);
        }

        using var ids = inputs.Ids.ToTensor(0, rows.Length);
        using var mask = inputs.Mask!.ToTensor(0, rows.Length);
        using var positions = inputs.PositionIds!.ToTensor(0, rows.Length);
        var empty = pasts.Select(past => past.Create(rows.Length, tokens: 0)).ToList();
        var bytes = sizeof(float) * (long)rows.Length * longest * vocabulary;
        var memory = Marshal.AllocHGlobal((nint)bytes);
        try
        {
            using var options = new RunOptions();
            using var logits = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [rows.Length, longest, vocabulary], memory, bytes);
            string[] names = ["input_ids", "attention_mask", "position_ids", .. pasts.Select(past => past.Name)];
            session.Run(options, names, [ids, mask, positions, .. empty], ["logits"], [logits]);
            return [.. rows.Select((row, i) => At(memory, (((long)i * longest) + row.Length - 1) * vocabulary))];
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
            empty.ForEach(value => value.Dispose());
        }
    }

    public void Dispose() => session.Dispose();

    private float At(nint memory, long start)
    {
        var value = new float[1];
        Marshal.Copy(memory + (nint)((start + yes) * sizeof(float)), value, 0, 1);
        var difference = value[0];
        Marshal.Copy(memory + (nint)((start + no) * sizeof(float)), value, 0, 1);
        return difference - value[0];
    }
}
