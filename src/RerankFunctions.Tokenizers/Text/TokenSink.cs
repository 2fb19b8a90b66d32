namespace RerankFunctions.Tokenizers.Text;

/// <summary>Takes the ids of a text, and where asked for each token's place in the text that the model saw.</summary>
/// <param name="ids">Where the ids go.</param>
/// <param name="places">Where places go, one an id, or null when nobody asks.</param>
internal readonly struct TokenSink(TokenBuffer ids, List<(int Start, int End)>? places)
{
    /// <summary>Where ids go. A core that fills it directly must check <see cref="WantsPlaces"/> first.</summary>
    public TokenBuffer Ids => ids;

    /// <summary>Whether places are asked for.</summary>
    public bool WantsPlaces => places is not null;

    /// <summary>Places taken so far; 0 when nobody asks.</summary>
    public int PlaceCount => places?.Count ?? 0;

    /// <summary>Takes one token.</summary>
    /// <param name="id">The id.</param>
    /// <param name="start">Its start in the text given to the core, in UTF-16 units.</param>
    /// <param name="end">Its end.</param>
    public void Add(int id, int start, int end)
    {
        ids.Add(id);
        places?.Add((start, end));
    }

    /// <summary>Takes the place of a token whose id went to <see cref="Ids"/> directly.</summary>
    public void AddPlace(int start, int end) => places?.Add((start, end));

    /// <summary>Drops the tokens after the first ones.</summary>
    /// <param name="idCount">Ids that stay.</param>
    /// <param name="placeCount">Places that stay.</param>
    public void Truncate(int idCount, int placeCount)
    {
        ids.Truncate(idCount);
        places?.RemoveRange(placeCount, places.Count - placeCount);
    }

    /// <summary>Turns places in a stretch into places in the text that it is a part of.</summary>
    /// <param name="first">The first place to turn.</param>
    /// <param name="offset">Where the stretch starts in that text.</param>
    /// <param name="normalized">The stretch with its alignment to that text, or null where the two are the same.</param>
    public void MovePlaces(int first, int offset, NormalizedText? normalized)
    {
        for (var i = first; i < PlaceCount; i++)
        {
            var (start, end) = places![i];
            if (normalized is not null)
            {
                end = end > start ? normalized.Ends[end - 1] : -1;
                start = start < normalized.Length ? normalized.Starts[start] : normalized.Length == 0 ? 0 : normalized.Ends[^1];
                end = Math.Max(start, end);
            }

            places[i] = (start + offset, end + offset);
        }
    }
}
