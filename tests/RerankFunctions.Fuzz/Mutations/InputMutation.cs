using System.IO.Compression;
using System.Text;

namespace RerankFunctions.Fuzz.Mutations;

/// <summary>Makes inputs of batches: lines of both shapes, blank ones, mutated ones, with ends of all kinds, as text or gzip, damaged now and then.</summary>
internal static class InputMutation
{
    private static readonly string[] Lines =
    [
        """{"custom_id":"a","query":"Where is it?","documents":["Here.","There."],"top_n":1}""",
        """{"custom_id":"b","method":"POST","url":"/v1/rerank","body":{"query":"Who?","documents":["I.",{"text":"You."}],"return_documents":true}}""",
        """{"query":"größer","texts":["中文"],"custom_id":"c"}""",
        """{"custom_id":"d","query":"","documents":[]}""",
    ];

    // Names of members that are written with escapes, or are no text.
    private static readonly string[] Names = ["\\ud800", "documents\\udc00", "\\u0064ocuments", "body\\ud83d\\ude00", "\\u0000"];

    private static readonly string[] Ends = ["\n", "\r\n", "\n\n", "\n \t\r\n", "\r"];

    public static byte[] Next(Random random)
    {
        using var text = new MemoryStream();
        if (random.Next(5) == 0)
        {
            text.Write(Encoding.UTF8.GetBytes("\uFEFF"));
        }

        for (var line = random.Next(random.Next(4) == 0 ? 400 : 40); line > 0; line--)
        {
            text.Write(NextLine(random));
            if (line > 1 || random.Next(2) == 0)
            {
                text.Write(Encoding.UTF8.GetBytes(Ends[random.Next(Ends.Length)]));
            }
        }

        var bytes = random.Next(6) == 0 ? ByteMutation.Mutate(text.ToArray(), random) : text.ToArray();
        return random.Next(3) == 0 ? Compress(bytes, random) : bytes;
    }

    private static byte[] NextLine(Random random)
    {
        var line = Encoding.UTF8.GetBytes(Lines[random.Next(Lines.Length)]);
        return random.Next(9) switch
        {
            0 => JsonMutation.Mutate(line, random),
            1 => ByteMutation.Mutate(line, random),
            2 => Encoding.UTF8.GetBytes(new string('x', random.Next(6_000))),
            3 => [.. Encoding.UTF8.GetBytes($$"""{"{{Names[random.Next(Names.Length)]}}":1,"""), .. line.AsSpan(1)],
            _ => line,
        };
    }

    private static byte[] Compress(byte[] bytes, Random random)
    {
        using var output = new MemoryStream();
        var cut = random.Next(4) == 0 ? random.Next(bytes.Length + 1) : bytes.Length;
        foreach (var member in new[] { bytes[..cut], bytes[cut..] })
        {
            using var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(member);
        }

        return random.Next(4) == 0 ? ByteMutation.Mutate(output.ToArray(), random) : output.ToArray();
    }
}
