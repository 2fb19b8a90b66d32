using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The inputs of a micro-batch of a causal model, padded to the longest row.</summary>
/// <param name="layout">Which inputs the graph has, and how rows are padded.</param>
internal sealed class CausalInputs(CausalLayout layout)
{
    private int _prefix;

    /// <summary>Number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Number of tokens of the longest row, without the prefix.</summary>
    public int Longest { get; private set; }

    /// <summary>Number of rows that one run takes: run n starts at row n × this.</summary>
    public int RowsPerRun { get; private set; }

    /// <summary>Token ids, [rows, longest].</summary>
    public InputBuffer Ids { get; } = new();

    /// <summary>1 for a token and 0 for padding, [rows, prefix + longest]; null where the graph has no such input.</summary>
    public InputBuffer? Mask { get; } = layout.TakesMask ? new() : null;

    /// <summary>Position of each token, counted from the prefix's first token, [rows, longest]; null where the graph has no such input.</summary>
    public InputBuffer? PositionIds { get; } = layout.TakesPositions ? new() : null;

    /// <summary>Row in its run and column of each row's last token, [rows, 2]; null where the graph has no such input.</summary>
    public InputBuffer? LastPositions { get; } = layout.TakesLast ? new() : null;

    /// <summary>Begins a micro-batch whose rows are all padding.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="longest">Number of tokens of the longest row, without the prefix.</param>
    /// <param name="prefix">Number of tokens of the prefix.</param>
    /// <param name="rowsPerRun">Number of rows that one run takes.</param>
    public void Begin(int rows, int longest, int prefix, int rowsPerRun)
    {
        (Rows, Longest, RowsPerRun, _prefix) = (rows, longest, rowsPerRun, prefix);
        Ids.Reset(rows, longest, layout.PadId);
        Mask?.Reset(rows, checked(prefix + longest), 0);
        PositionIds?.Reset(rows, longest, 0);
        LastPositions?.Reset(rows, 2, 0);
    }

    /// <summary>Writes a row.</summary>
    /// <param name="row">Index of the row.</param>
    /// <param name="tokens">Its tokens after the prefix, at least one.</param>
    public void Write(int row, ReadOnlySpan<int> tokens)
    {
        var first = layout.PadsLeft ? Longest - tokens.Length : 0;
        var ids = Ids.Row(row)[first..];
        for (var i = 0; i < tokens.Length; i++)
        {
            ids[i] = tokens[i];
        }

        if (Mask is not null)
        {
            Mask.Row(row)[.._prefix].Fill(1);
            Mask.Row(row).Slice(_prefix + first, tokens.Length).Fill(1);
        }

        if (PositionIds is not null)
        {
            var positions = PositionIds.Row(row).Slice(first, tokens.Length);
            for (var i = 0; i < positions.Length; i++)
            {
                positions[i] = _prefix + i;
            }
        }

        if (LastPositions is not null)
        {
            var last = LastPositions.Row(row);
            last[0] = row % RowsPerRun;
            last[1] = first + tokens.Length - 1;
        }
    }
}
