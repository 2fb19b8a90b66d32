using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RerankFunctions.Jobs.Records;

/// <summary>Serializes large values in as much memory as the result takes. A buffer that grows takes up to three times as much.</summary>
internal static class ExactJson
{
    /// <summary>Serializes a value twice: to count its bytes, and into an array of this length.</summary>
    public static byte[] Serialize<T>(T value, JsonTypeInfo<T> type)
    {
        using var counter = new CountingStream();
        JsonSerializer.Serialize(counter, value, type);
        var json = new byte[counter.Length];
        using var stream = new MemoryStream(json);
        JsonSerializer.Serialize(stream, value, type);
        return json;
    }

    private sealed class CountingStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
