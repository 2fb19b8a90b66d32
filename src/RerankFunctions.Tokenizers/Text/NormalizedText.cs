using System.Text;

namespace RerankFunctions.Tokenizers.Text;

/// <summary>A normalized text in memory that is used again, with the place in the raw text that each of its units comes from, when asked for.</summary>
internal sealed class NormalizedText
{
    private const int KeptUnits = 256 * 1024;

    private char[] _units = new char[1024];
    private int[] _starts = [];
    private int[] _ends = [];

    /// <summary>Number of UTF-16 units.</summary>
    public int Length { get; private set; }

    /// <summary>Whether places are kept.</summary>
    public bool Aligned { get; private set; }

    /// <summary>The text, valid until the next change.</summary>
    public ReadOnlySpan<char> Units => _units.AsSpan(0, Length);

    /// <summary>Start in the raw text of each unit's source; empty when places are not kept.</summary>
    public ReadOnlySpan<int> Starts => Aligned ? _starts.AsSpan(0, Length) : [];

    /// <summary>End in the raw text of each unit's source; empty when places are not kept.</summary>
    public ReadOnlySpan<int> Ends => Aligned ? _ends.AsSpan(0, Length) : [];

    /// <summary>Empties the text.</summary>
    /// <param name="aligned">Whether to keep places from here on.</param>
    public void Clear(bool aligned)
    {
        if (_units.Length > KeptUnits)
        {
            _units = new char[1024];
            _starts = _ends = [];
        }

        Length = 0;
        Aligned = aligned;
    }

    /// <summary>Appends a unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="start">Start of its source in the raw text.</param>
    /// <param name="end">End of its source.</param>
    public void Append(char unit, int start, int end)
    {
        if (Length == _units.Length || (Aligned && Length >= _starts.Length))
        {
            Reserve(1);
        }

        if (Aligned)
        {
            _starts[Length] = start;
            _ends[Length] = end;
        }

        _units[Length++] = unit;
    }

    /// <summary>Appends units that all come from one source.</summary>
    public void Append(ReadOnlySpan<char> units, int start, int end)
    {
        foreach (var unit in units)
        {
            Append(unit, start, end);
        }
    }

    /// <summary>Appends units that stand in the raw text as they are, from <paramref name="start"/> on.</summary>
    public void AppendUnchanged(ReadOnlySpan<char> units, int start)
    {
        Reserve(units.Length);
        units.CopyTo(_units.AsSpan(Length));
        if (Aligned)
        {
            for (var i = 0; i < units.Length; i++)
            {
                _starts[Length + i] = start + i;
                _ends[Length + i] = start + i + 1;
            }
        }

        Length += units.Length;
    }

    /// <summary>Appends a stretch of the raw text in a normalization form.</summary>
    /// <param name="part">Units that .NET can normalize: no lone surrogates, no U+FFFE.</param>
    /// <param name="form">The form.</param>
    /// <param name="start">Start of the stretch in the raw text.</param>
    /// <param name="end">End of the stretch.</param>
    public void AppendNormalized(ReadOnlySpan<char> part, NormalizationForm form, int start, int end)
    {
        Reserve(part.Length);
        int written;
        while (!part.TryNormalize(_units.AsSpan(Length), out written, form))
        {
            Reserve(_units.Length - Length + 1);
        }

        if (Aligned)
        {
            Reserve(written);
            _starts.AsSpan(Length, written).Fill(start);
            _ends.AsSpan(Length, written).Fill(end);
        }

        Length += written;
    }

    private void Reserve(int units)
    {
        var needed = Length + units;
        if (needed > _units.Length)
        {
            Array.Resize(ref _units, Math.Max(needed, _units.Length * 2));
        }

        if (Aligned && needed > _starts.Length)
        {
            Array.Resize(ref _starts, _units.Length);
            Array.Resize(ref _ends, _units.Length);
        }
    }
}
