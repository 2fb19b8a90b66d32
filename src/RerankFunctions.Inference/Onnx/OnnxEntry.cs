namespace RerankFunctions.Inference.Onnx;

/// <summary>A key with its value (<c>StringStringEntryProto</c>).</summary>
internal readonly record struct OnnxEntry(string Key, string Value)
{
    /// <summary>Reads an entry.</summary>
    /// <exception cref="OnnxFormatException">Key or value is not UTF-8.</exception>
    public static OnnxEntry Read(ReadOnlySpan<byte> entry)
    {
        var read = new OnnxEntry(string.Empty, string.Empty);
        for (var reader = new ProtoReader(entry); reader.Next();)
        {
            read = reader.Field switch
            {
                OnnxFields.Entry.Key => read with { Key = reader.ReadText() },
                OnnxFields.Entry.Value => read with { Value = reader.ReadText() },
                _ => read,
            };
        }

        return read;
    }

    /// <summary>Encodes the entry.</summary>
    public ProtoWriter Write() => new ProtoWriter().Text(OnnxFields.Entry.Key, Key).Text(OnnxFields.Entry.Value, Value);
}
