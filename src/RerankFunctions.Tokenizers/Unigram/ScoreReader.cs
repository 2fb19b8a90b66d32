using System.Globalization;
using System.Runtime.CompilerServices;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>
/// Reads a number of valid JSON as serde_json does without its <c>float_roundtrip</c> feature, which is how Hugging Face's library reads scores:
/// the digits as an integer, made a double, then multiplied or divided by a power of ten. The last bit can differ from the nearest double,
/// and between paths of equal score that bit decides.
/// </summary>
internal static class ScoreReader
{
    private const int MaxPower = 308;

    // The nearest doubles, like the literals of the original.
    private static readonly double[] Powers =
        [.. Enumerable.Range(0, MaxPower + 1).Select(power => double.Parse($"1e{power}", CultureInfo.InvariantCulture))];

    /// <summary>Reads a number.</summary>
    /// <param name="json">The number as the file writes it.</param>
    /// <param name="score">The number.</param>
    /// <returns>False if it is out of range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryRead(ReadOnlySpan<byte> json, out double score)
    {
        var (position, significand, exponent) = (0, 0UL, 0L);
        var negative = json[0] == (byte)'-';
        position += negative ? 1 : 0;
        var (inFraction, full) = (false, false);
        for (; position < json.Length && json[position] is not ((byte)'e' or (byte)'E'); position++)
        {
            if (json[position] == (byte)'.')
            {
                inFraction = true;
                continue;
            }

            // After a digit that does not fit, further digits only raise the exponent; in a fraction they are ignored.
            var digit = (ulong)(json[position] - '0');
            var fits = significand < ulong.MaxValue / 10 || (significand == ulong.MaxValue / 10 && digit <= ulong.MaxValue % 10);
            full |= !fits;
            if (inFraction && !fits)
            {
                while (position + 1 < json.Length && json[position + 1] is >= (byte)'0' and <= (byte)'9')
                {
                    position++;
                }
            }
            else if (full && !inFraction)
            {
                exponent++;
            }
            else
            {
                significand = (significand * 10) + digit;
                exponent -= inFraction ? 1 : 0;
            }
        }

        if (position < json.Length)
        {
            exponent += ReadExponent(json[(position + 1)..]);
        }

        return TryScale(significand, exponent, out score, negative);
    }

    private static long ReadExponent(ReadOnlySpan<byte> digits)
    {
        var negative = digits[0] == (byte)'-';
        var exponent = 0L;
        foreach (var digit in digits[(digits[0] is (byte)'-' or (byte)'+' ? 1 : 0)..])
        {
            exponent = Math.Min((exponent * 10) + (digit - '0'), int.MaxValue);
        }

        return negative ? -exponent : exponent;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryScale(ulong significand, long exponent, out double score, bool negative)
    {
        score = significand;
        while (exponent < -MaxPower && score != 0)
        {
            score /= Powers[MaxPower];
            exponent += MaxPower;
        }

        if (score != 0)
        {
            if (exponent > MaxPower)
            {
                return false;
            }

            score = exponent < 0 ? score / Powers[-exponent] : score * Powers[exponent];
        }

        score = negative ? -score : score;
        return double.IsFinite(score);
    }
}
