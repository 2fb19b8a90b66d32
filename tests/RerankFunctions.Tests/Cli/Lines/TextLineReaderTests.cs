using System.Text;
using RerankFunctions.Cli.Lines;

namespace RerankFunctions.Tests.Cli.Lines;

public sealed class TextLineReaderTests
{
    [Theory]
    [InlineData("a\nb\n", "1:a 2:b")]
    [InlineData("a\nb", "1:a 2:b")]
    [InlineData("\uFEFFa\r\nb\r\n", "1:a 2:b")]
    [InlineData("\n \t\r\na\n\n\nb\n\n", "3:a 6:b")]
    [InlineData("", "")]
    [InlineData("\uFEFF", "")]
    [InlineData("\n\n", "")]
    public async Task Lines_are_read_with_their_numbers(string text, string expected)
    {
        for (var chunk = 1; chunk <= 4; chunk++)
        {
            Assert.Equal(expected, string.Join(' ', (await ReadAsync(text, chunk, 100)).Select(Describe)));
        }
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_skipped_alone()
    {
        var text = $"a\n{new string('x', 200_000)}\nb\n{new string('y', 101)}\n{new string('z', 100)}\n{new string('w', 300_000)}";

        var lines = await ReadAsync(text, 8_000, 100);

        Assert.Equal(["1:a", "2:too long", "3:b", "4:too long", $"5:{new string('z', 100)}", "6:too long"], lines.Select(Describe));
        Assert.Equal([true, true, true, true, true, false], lines.Select(line => line.HasEnd));
    }

    [Fact]
    public async Task A_line_longer_than_the_first_buffer_is_read()
    {
        var text = new string('x', 1_000_000);

        var lines = await ReadAsync($"a\n{text}\nb\n", 50_000, 2_000_000);

        Assert.Equal(["1:a", $"2:{text}", "3:b"], lines.Select(Describe));
    }

    [Fact]
    public async Task The_position_is_that_of_the_end_of_the_last_line()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("\uFEFFab\r\n\ncde\nf"));
        using var reader = new TextLineReader(stream, 100);
        var positions = new List<long>();
        while (await reader.ReadAsync(CancellationToken.None) is not null)
        {
            positions.Add(reader.Position);
        }

        Assert.Equal([7, 12, 13], positions);
    }

    private static string Describe(TextLine line) => $"{line.Number}:{(line.IsTooLong ? "too long" : Encoding.UTF8.GetString(line.Bytes.Span))}";

    private static async Task<List<TextLine>> ReadAsync(string text, int chunk, int maxBytes)
    {
        using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk);
        using var reader = new TextLineReader(stream, maxBytes);
        var lines = new List<TextLine>();
        while (await reader.ReadAsync(CancellationToken.None) is { } line)
        {
            lines.Add(line with { Bytes = line.Bytes.ToArray() });
        }

        return lines;
    }

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
