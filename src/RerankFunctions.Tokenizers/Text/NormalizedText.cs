using System.Text;

namespace RerankFunctions.Tokenizers.Text;

/// <summary>A reusable buffer for normalized text, on request with the offsets in the raw text that each unit comes from.</summary>
internal sealed class NormalizedText
{
    private const int KeptUnits = 256 * 1024;

    private Storage _current = new();
    private Storage _previous = new();

    /// <summary>Number of UTF-16 units.</summary>
    public int Length { get; private set; }

    /// <summary>Whether offsets are kept.</summary>
    public bool Aligned { get; private set; }

    /// <summary>Whether the text continues another one after a cut, so that its start is not the start of a text.</summary>
    public bool Continues { get; private set; }

    /// <summary>
    /// Whether a step removed the first character or replaced it together with others: to Hugging Face's library the text then does not start
    /// where the raw text does.
    /// </summary>
    public bool StartMoved { get; set; }

    /// <summary>The text, valid until the next change.</summary>
    public ReadOnlySpan<char> Units => _current.Units.AsSpan(0, Length);

    /// <summary>Start in the raw text of each unit's source; empty if offsets are not kept.</summary>
    public ReadOnlySpan<int> Starts => Aligned ? _current.Starts.AsSpan(0, Length) : [];

    /// <summary>End in the raw text of each unit's source; empty if offsets are not kept.</summary>
    public ReadOnlySpan<int> Ends => Aligned ? _current.Ends.AsSpan(0, Length) : [];

    /// <summary>Empties the text.</summary>
    /// <param name="aligned">Whether to keep offsets from here on.</param>
    /// <param name="continues">Whether the new text continues another one, see <see cref="Continues"/>.</param>
    public void Clear(bool aligned, bool continues = false)
    {
        if (_current.Units.Length > KeptUnits || _previous.Units.Length > KeptUnits)
        {
            _current = new Storage();
            _previous = new Storage();
        }

        Length = 0;
        Aligned = aligned;
        Continues = continues;
        StartMoved = false;
    }

    /// <summary>Appends a unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="start">Start of its source in the raw text.</param>
    /// <param name="end">End of its source.</param>
    public void Append(char unit, int start, int end)
    {
        if (Length == _current.Units.Length || (Aligned && Length >= _current.Starts.Length))
        {
            _current.Grow(Length, Length + 1, Aligned);
        }

        if (Aligned)
        {
            _current.Starts[Length] = start;
            _current.Ends[Length] = end;
        }

        _current.Units[Length++] = unit;
    }

    /// <summary>Appends units that come from the same source.</summary>
    public void Append(ReadOnlySpan<char> units, int start, int end)
    {
        foreach (var unit in units)
        {
            Append(unit, start, end);
        }
    }

    /// <summary>Appends unchanged units of the raw text that start at <paramref name="start"/>.</summary>
    public void AppendUnchanged(ReadOnlySpan<char> units, int start)
    {
        _current.Grow(Length, Length + units.Length, Aligned);
        units.CopyTo(_current.Units.AsSpan(Length));
        if (Aligned)
        {
            for (var i = 0; i < units.Length; i++)
            {
                _current.Starts[Length + i] = start + i;
                _current.Ends[Length + i] = start + i + 1;
            }
        }

        Length += units.Length;
    }

    /// <summary>Appends a stretch of the raw text in a normalization form.</summary>
    /// <param name="part">Units that .NET can normalize: without lone surrogates and U+FFFE.</param>
    /// <param name="form">The form.</param>
    /// <param name="start">Start of the stretch in the raw text.</param>
    /// <param name="end">End of the stretch.</param>
    public void AppendNormalized(ReadOnlySpan<char> part, NormalizationForm form, int start, int end)
    {
        _current.Grow(Length, Length + part.Length, Aligned);
        int written;
        while (!part.TryNormalize(_current.Units.AsSpan(Length), out written, form))
        {
            _current.Grow(Length, _current.Units.Length + 1, Aligned);
        }

        _current.Grow(Length, Length + written, Aligned);
        if (Aligned)
        {
            _current.Starts.AsSpan(Length, written).Fill(start);
            _current.Ends.AsSpan(Length, written).Fill(end);
        }

        Length += written;
    }

    /// <summary>Starts a rewrite: empties the text and returns the previous one, which stays valid until the next rewrite.</summary>
    public Source Rewrite()
    {
        (_current, _previous) = (_previous, _current);
        _current.Grow(0, Length, Aligned);
        var source = new Source(_previous, Length, Aligned);
        Length = 0;
        return source;
    }

    /// <summary>Appends unchanged units of the source.</summary>
    public void AppendFrom(Source source, int start, int end)
    {
        var count = end - start;
        _current.Grow(Length, Length + count, Aligned);
        source.Units[start..end].CopyTo(_current.Units.AsSpan(Length));
        if (Aligned)
        {
            source.Starts[start..end].CopyTo(_current.Starts.AsSpan(Length));
            source.Ends[start..end].CopyTo(_current.Ends.AsSpan(Length));
        }

        Length += count;
    }

    /// <summary>Appends a unit that replaces units of the source.</summary>
    public void AppendFor(Source source, int start, int end, char unit) =>
        Append(unit, source.StartOf(start), source.EndOf(end));

    /// <summary>Appends units that replace units of the source.</summary>
    public void AppendFor(Source source, int start, int end, ReadOnlySpan<char> units) =>
        Append(units, source.StartOf(start), source.EndOf(end));

    /// <summary>Keeps only the units from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Keep(int start, int end)
    {
        if (start > 0)
        {
            var source = Rewrite();
            AppendFrom(source, start, end);
            StartMoved = true;
        }

        Length = end - start;
    }

    /// <summary>Replaces every lone surrogate by U+FFFD.</summary>
    public void ReplaceLoneSurrogates()
    {
        var units = _current.Units.AsSpan(0, Length);
        for (var i = units.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < units.Length; i++)
        {
            if (char.IsHighSurrogate(units[i]) && i + 1 < units.Length && char.IsLowSurrogate(units[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(units[i]))
            {
                units[i] = '\uFFFD';
            }
        }
    }

    /// <summary>The text before a rewrite.</summary>
    internal readonly ref struct Source(Storage storage, int length, bool aligned)
    {
        /// <summary>The units.</summary>
        public ReadOnlySpan<char> Units { get; } = storage.Units.AsSpan(0, length);

        /// <summary>Start offsets; empty if offsets are not kept.</summary>
        public ReadOnlySpan<int> Starts { get; } = aligned ? storage.Starts.AsSpan(0, length) : [];

        /// <summary>End offsets; empty if offsets are not kept.</summary>
        public ReadOnlySpan<int> Ends { get; } = aligned ? storage.Ends.AsSpan(0, length) : [];

        /// <summary>Returns the start offset of a unit; 0 if offsets are not kept.</summary>
        public int StartOf(int unit) => Starts.IsEmpty ? 0 : Starts[unit];

        /// <summary>Returns the end offset of the unit before <paramref name="end"/>; 0 if offsets are not kept.</summary>
        public int EndOf(int end) => Ends.IsEmpty ? 0 : Ends[end - 1];
    }

    /// <summary>Memory of one version of the text.</summary>
    internal sealed class Storage
    {
        public char[] Units { get; private set; } = new char[1024];

        public int[] Starts { get; private set; } = [];

        public int[] Ends { get; private set; } = [];

        public void Grow(int used, int needed, bool aligned)
        {
            if (needed > Units.Length)
            {
                Units = Larger(Units, used, Math.Max(needed, Units.Length * 2));
            }

            if (aligned && needed > Starts.Length)
            {
                Starts = Larger(Starts, used, Units.Length);
                Ends = Larger(Ends, used, Units.Length);
            }
        }

        private static T[] Larger<T>(T[] array, int used, int size)
        {
            var larger = new T[size];
            array.AsSpan(0, Math.Min(used, array.Length)).CopyTo(larger);
            return larger;
        }
    }
}
