using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>The inputs of a micro-batch of an encoder, padded behind to the longest row.</summary>
/// <param name="layout">Which inputs the graph has.</param>
internal sealed class EncoderInputs(EncoderLayout layout)
{
    private readonly InputBuffer _types = new();

    /// <summary>Number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Number of tokens of the longest row.</summary>
    public int Longest { get; private set; }

    /// <summary>Token ids, [rows, longest].</summary>
    public InputBuffer Ids { get; } = new();

    /// <summary>1 for a token and 0 for padding, [rows, longest].</summary>
    public InputBuffer Mask { get; } = new();

    /// <summary>Segment of each token, [rows, longest]; null where the graph has no such input.</summary>
    public InputBuffer? Types => layout.TakesTypes ? _types : null;

    /// <summary>Writes pairs.</summary>
    public void Write(ReadOnlySpan<EncodedPair> pairs, int longest)
    {
        (Rows, Longest) = (pairs.Length, longest);
        Ids.Reset(Rows, longest, layout.PadId);
        Mask.Reset(Rows, longest, 0);
        Types?.Reset(Rows, longest, 0);
        for (var row = 0; row < pairs.Length; row++)
        {
            var pair = pairs[row];
            ((CrossEncoderJob)pair.Job).Write(pair.Index, Ids.Row(row), Types is null ? [] : Types.Row(row));
            Mask.Row(row)[..pair.Length].Fill(1);
        }
    }
}
