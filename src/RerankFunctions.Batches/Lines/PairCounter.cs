using System.Text.Json;

namespace RerankFunctions.Batches.Lines;

/// <summary>Counts the pairs of a line without reading its texts.</summary>
internal static class PairCounter
{
    private const int MaxDepth = 64;

    /// <summary>Counts the documents of a line, of either shape.</summary>
    /// <param name="line">The line.</param>
    /// <param name="maxPairs">Maximum number of documents of a valid line. A line with more has an error and no pairs.</param>
    /// <returns>The number of pairs; null when the line is not a JSON object.</returns>
    public static int? Count(ReadOnlySpan<byte> line, int maxPairs)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            var pairs = CountMembers(ref reader, isBody: false);

            // Reading on past the end throws when more text follows.
            return reader.Read() ? null : pairs > maxPairs ? 0 : pairs;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a member's name. The line has an error and no pairs.
            return 0;
        }
    }

    private static int CountMembers(ref Utf8JsonReader reader, bool isBody)
    {
        var pairs = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isList = reader.ValueTextEquals("documents"u8) || reader.ValueTextEquals("texts"u8) || reader.ValueTextEquals("passages"u8);
            var isInner = !isBody && reader.ValueTextEquals("body"u8);
            reader.Read();
            if (isList && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    reader.Skip();
                    pairs++;
                }
            }
            else if (isInner && reader.TokenType == JsonTokenType.StartObject)
            {
                pairs += CountMembers(ref reader, isBody: true);
            }
            else
            {
                reader.Skip();
            }
        }

        return pairs;
    }
}
