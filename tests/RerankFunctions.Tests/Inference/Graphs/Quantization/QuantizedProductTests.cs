using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Quantization;

namespace RerankFunctions.Tests.Inference.Graphs.Quantization;

/// <summary>Single products in 8 and 4 bits, computed again in double precision.</summary>
public sealed class QuantizedProductTests
{
    private const int Inputs = 80;
    private const int Columns = 70;

    private static readonly HashSet<int> None = [];

    private static readonly WeightEncoding[] Exact =
        WeightEncodings.OfProcessor == WeightEncoding.Signed ? [WeightEncoding.Signed, WeightEncoding.Offset] : [WeightEncoding.Offset];

    [Fact]
    public void Products_of_8_bits_are_those_of_the_rounded_numbers()
    {
        var (weight, tokens) = (Numbers(1, Columns * Inputs), Tokens(2));
        foreach (var encoding in Exact)
        {
            using var product = new ProductFixture(new RowQuantizedLinear(encoding, None), weight, Columns);
            AssertClose(Expected(weight, tokens), product.Run(tokens), 1e-5);
        }
    }

    [Fact]
    public void The_largest_numbers_do_not_saturate()
    {
        // All products of a column have one sign: 16 bits hold not even two of them.
        var weight = new float[Columns * Inputs];
        Array.Fill(weight, 1f);
        var token = new float[Inputs];
        Array.Fill(token, -1f);
        float[][] tokens = [[.. token.Select(value => -value)], token];
        foreach (var encoding in Exact)
        {
            using var product = new ProductFixture(new RowQuantizedLinear(encoding, None), weight, Columns);
            AssertClose(Expected(weight, tokens), product.Run(tokens), 1e-5);
        }
    }

    [Fact]
    public void A_token_has_the_same_product_in_any_company()
    {
        var tokens = Tokens(3);
        tokens[1] = [.. tokens[1].Select(value => value * 1e6f)];
        using var product = new ProductFixture(new RowQuantizedLinear(WeightEncodings.OfProcessor, None), Numbers(4, Columns * Inputs), Columns);
        var together = product.Run(tokens);
        for (var i = 0; i < tokens.Length; i++)
        {
            Assert.Equal(product.Run(tokens[i])[0], together[i]);
        }
    }

    [Fact]
    public void A_token_of_zeros_gives_zeros_and_NaN_stays_NaN()
    {
        using var product = new ProductFixture(new RowQuantizedLinear(WeightEncodings.OfProcessor, None), Numbers(5, Columns * Inputs), Columns);
        var unknown = new float[Inputs];
        Array.Fill(unknown, float.NaN);
        var results = product.Run(new float[Inputs], unknown, Tokens(6)[0]);
        Assert.All(results[0], value => Assert.Equal(0, value));
        Assert.All(results[1], value => Assert.Equal(float.NaN, value));
        Assert.All(results[2], value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_column_of_zeros_gives_zeros()
    {
        var weight = Numbers(7, Columns * Inputs);
        Array.Clear(weight, 0, Inputs);
        using var eight = new ProductFixture(new RowQuantizedLinear(WeightEncodings.OfProcessor, None), weight, Columns);
        using var four = new ProductFixture(new BlockQuantizedLinear(), weight, Columns);
        Assert.Equal(0, eight.Run(Tokens(8))[0][0]);
        Assert.Equal(0, four.Run(Tokens(8))[0][0]);
    }

    [Fact]
    public void A_weight_of_NaN_gives_NaN_in_its_column_alone()
    {
        var weight = Numbers(13, Columns * Inputs);
        weight[5] = float.NaN;
        using var four = new ProductFixture(new BlockQuantizedLinear(), weight, Columns);
        var row = four.Run(Tokens(14)[0])[0];
        Assert.Equal(float.NaN, row[0]);
        Assert.All(row.Skip(1), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_product_that_stays_in_floats_is_exact()
    {
        var (weight, tokens) = (Numbers(9, Columns * Inputs), Tokens(10));
        using var floats = new ProductFixture(new FloatLinear(), weight, Columns);
        using var kept = new ProductFixture(new RowQuantizedLinear(WeightEncodings.OfProcessor, new HashSet<int> { 0 }), weight, Columns);
        Assert.Equal(floats.Run(tokens), kept.Run(tokens));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(80)] // the last block is not full
    public void Products_of_4_bits_are_those_of_the_rounded_weights(int inputs)
    {
        var (weight, token) = (Numbers(11, Columns * inputs), Numbers(12, inputs));
        using var product = new ProductFixture(new BlockQuantizedLinear(), weight, Columns);
        var result = product.Run(token)[0];
        for (var column = 0; column < Columns; column++)
        {
            var expected = 0.0;
            for (var first = 0; first < inputs; first += BlockQuantization.BlockSize)
            {
                var block = weight.AsSpan((column * inputs) + first, Math.Min(BlockQuantization.BlockSize, inputs - first)).ToArray();
                var scale = block.MaxBy(MathF.Abs) / -8.0;
                expected += block.Select((value, i) => Math.Clamp(Math.Round(value / scale), -8, 7) * scale * token[first + i]).Sum();
            }

            Assert.Equal(expected, result[column], 1e-4);
        }
    }

    private static float[] Numbers(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * (1 + random.Next(4)))];
    }

    private static float[][] Tokens(int seed) => [.. Numbers(seed, Inputs * 5).Chunk(Inputs)];

    private static double[][] Expected(float[] weight, float[][] tokens)
    {
        var columns = weight.Chunk(Inputs).Select(column => Rounded(column)).ToArray();
        return [.. tokens.Select(token => Rounded(token)).Select(token => columns.Select(column => column.Zip(token, (a, b) => a * b).Sum()).ToArray())];
    }

    // The steps are those of the float arithmetic: at the border between two of them, double precision may take the other one.
    private static double[] Rounded(float[] values)
    {
        var largest = values.Max(MathF.Abs);
        return [.. values.Select(value => Math.Round(value / largest * 127f) / 127.0 * largest)];
    }

    private static void AssertClose(double[][] expected, float[][] actual, double tolerance)
    {
        var largest = expected.Max(row => row.Max(Math.Abs));
        for (var row = 0; row < expected.Length; row++)
        {
            Assert.All(expected[row].Zip(actual[row]), pair => Assert.Equal(pair.First, pair.Second, tolerance * largest));
        }
    }
}
