using System.Text;
using RerankFunctions.Contracts.Lines;

namespace RerankFunctions.Tests.Contracts;

public sealed class LineReaderTests
{
    private const int MaxBytes = 20;

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a:1")]
    [InlineData("a\n", "a:2")]
    [InlineData("a\nb", "a:2 b:1")]
    [InlineData("a\r\nb\r\n", "a:3 b:3")]
    [InlineData("\uFEFFa\n", "a:5")]
    [InlineData("\uFEFF12345678901234567890\r\nb", "12345678901234567890:25 b:1")]
    [InlineData("\uFEFF12345678901234567890", "12345678901234567890:23")]
    [InlineData("\uFEFF123456789012345678901\nb", "!:25 b:1")]
    [InlineData("\n\n", ":1 :1")]
    [InlineData("a\rb\n", "a\rb:4")]
    [InlineData("12345678901234567890\nb\n", "12345678901234567890:21 b:2")]
    [InlineData("12345678901234567890\r\nb", "12345678901234567890:22 b:1")]
    [InlineData("123456789012345678901\nb", "!:22 b:1")]
    [InlineData("1234567890123456789012345678901234567890\nb\n", "!:41 b:2")]
    [InlineData("1234567890123456789012345678901234567890", "!:40")]
    public async Task Lines_are_cut_whatever_the_parts_in_which_they_arrive(string text, string expected)
    {
        for (var part = 1; part < 50; part += 7)
        {
            Assert.Equal(expected, string.Join(' ', await ReadAsync(Encoding.UTF8.GetBytes(text), part)));
        }
    }

    [Fact]
    public async Task A_long_line_takes_no_memory()
    {
        // 64 MiB without an end; the reader may keep 20 bytes of a line.
        using var reader = new LineReader(new Repeated(64 * 1024 * 1024), MaxBytes, isStart: true);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var line = await reader.ReadAsync(default);

        Assert.True(line is { IsTooLong: true, Length: 64 * 1024 * 1024 });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    private static async Task<List<string>> ReadAsync(byte[] text, int part)
    {
        var lines = new List<string>();
        using var reader = new LineReader(new Parts(text, part), MaxBytes, isStart: true);
        while (await reader.ReadAsync(default) is { } line)
        {
            lines.Add($"{(line.IsTooLong ? "!" : Encoding.UTF8.GetString(line.Text.Span))}:{line.Length}");
        }

        return lines;
    }

    private sealed class Parts(byte[] text, int part) : MemoryStream(text)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(part, buffer.Length)], cancellationToken);
    }

    private sealed class Repeated(long length) : MemoryStream
    {
        private long _left = length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..count].Fill((byte)'x');
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
