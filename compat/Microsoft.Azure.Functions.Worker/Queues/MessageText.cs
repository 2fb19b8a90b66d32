using System.Collections;
using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker.Queues;

/// <summary>Encodes and decodes the text of messages.</summary>
internal static class MessageText
{
    /// <summary>Decodes the text of a message.</summary>
    /// <exception cref="FormatException">The text is not valid base64.</exception>
    public static BinaryData Decode(BinaryData text, bool base64) => base64 ? new BinaryData(Convert.FromBase64String(text.ToString())) : text;

    /// <summary>Returns the texts to send for an output value: none for null, one per element of an array.</summary>
    public static IEnumerable<string> Encode(object? value, bool base64, ObjectSerializer serializer) => value switch
    {
        null => [],
        string or byte[] or BinaryData => [EncodeOne(value, base64, serializer)],
        IEnumerable values => values.Cast<object?>().Where(item => item is not null).Select(item => EncodeOne(item!, base64, serializer)),
        _ => [EncodeOne(value, base64, serializer)],
    };

    private static string EncodeOne(object value, bool base64, ObjectSerializer serializer)
    {
        var bytes = value switch
        {
            string text => BinaryData.FromString(text),
            byte[] raw => BinaryData.FromBytes(raw),
            BinaryData data => data,
            _ => serializer.Serialize(value, value.GetType()),
        };
        return base64 ? Convert.ToBase64String(bytes) : bytes.ToString();
    }
}
