using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RerankFunctions.Fuzz.Mutations;

/// <summary>Mutates JSON at its members: values of other types and sizes; missing, renamed and moved keys.</summary>
internal static class JsonMutation
{
    // Replaced by a lone surrogate, which no JSON writer writes.
    private const string Lone = "@lone@";

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "2", "255", "256", "65536", "2147483647", "2147483648", "-2147483648", "4294967296",
        "9223372036854775807", "1e400", "-1e400", "0.5", "1e-320", "1E9", "100000000", "\"\"", "\"a\"", "\"\\u0000\"", $"\"{Lone}\"", "\"▁\"", "\"(a+)+$\"",
        "\"(?=\"", "\"[\"",
        "\"..\"", "\"../x\"", "\"/etc/passwd\"", "[]", "{}", "[[]]", "[null]", "{\"type\":\"Sequence\"}", "{\"type\":\"Lowercase\"}",
        "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(a*)*b\"},\"content\":\"\"}",
        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\\\\s*)*x\"},\"behavior\":\"Isolated\",\"invert\":false}",
        "[{\"id\":0}]", "{\"String\":\"\"}", "[\"a\",-1.0]", "[\"a\",\"b\"]",
    ];

    public static byte[] Mutate(byte[] json, Random random)
    {
        if (random.Next(4) == 0)
        {
            return ByteMutation.Mutate(json, random);
        }

        var root = JsonNode.Parse(json)!;
        for (var times = Math.Max(1, random.Next(-2, 4)); times > 0; times--)
        {
            Once(root, random);
        }

        var result = Encoding.UTF8.GetBytes(root.ToJsonString().Replace(Lone, "\\ud800", StringComparison.Ordinal));
        return random.Next(20) == 0 ? ByteMutation.Mutate(result, random) : result;
    }

    private static void Once(JsonNode root, Random random)
    {
        var parent = Descend(root, random);
        switch (parent)
        {
            case JsonObject members when members.Count > 0:
                Change(members, random, root);
                break;
            case JsonArray items when items.Count > 0:
                Change(items, random, root);
                break;
        }
    }

    private static void Change(JsonObject members, Random random, JsonNode root)
    {
        var name = members.ElementAt(random.Next(members.Count)).Key;
        switch (random.Next(8))
        {
            case 0:
                members.Remove(name);
                break;
            case 1:
                var moved = members[name];
                members.Remove(name);
                members[random.Next(2) == 0 ? name + "x" : "type"] = moved;
                break;
            case 2:
                members[name] = Descend(root, random).DeepClone();
                break;
            case 3:
                members[TextSource.Next(random)] = JsonNode.Parse(Values[random.Next(Values.Length)]);
                break;
            default:
                members[name] = Other(members[name], random);
                break;
        }
    }

    private static void Change(JsonArray items, Random random, JsonNode root)
    {
        var at = random.Next(items.Count);
        switch (random.Next(6))
        {
            case 0:
                items.RemoveAt(at);
                break;
            case 1:
                items.Insert(at, items[random.Next(items.Count)]?.DeepClone());
                break;
            case 2:
                items[at] = Descend(root, random).DeepClone();
                break;
            default:
                items[at] = Other(items[at], random);
                break;
        }
    }

    private static JsonNode? Other(JsonNode? value, Random random)
    {
        if (random.Next(10) == 0)
        {
            return Nested(random.Next(1, 200));
        }

        if (value is JsonValue old && random.Next(2) == 0)
        {
            switch (old.GetValueKind())
            {
                case JsonValueKind.Number:
                    return JsonNode.Parse((random.Next(2) == 0 ? "-" : "9") + old.ToJsonString().TrimStart('-'));
                case JsonValueKind.String:
                    return random.Next(2) == 0 ? TextSource.Next(random) : old.GetValue<string>() + TextSource.Next(random);
            }
        }

        return JsonNode.Parse(Values[random.Next(Values.Length)]);
    }

    private static JsonNode? Nested(int depth) =>
        JsonNode.Parse(new string('[', depth) + new string(']', depth), documentOptions: new JsonDocumentOptions { MaxDepth = 300 });

    /// <summary>Picks a container by descending at random. A part of the structure is as likely as a whole vocabulary.</summary>
    private static JsonNode Descend(JsonNode from, Random random)
    {
        var node = from;
        while (true)
        {
            var containers = node switch
            {
                JsonObject { Count: > 0 and < 200 } members => members.Select(member => member.Value).Where(IsContainer).ToList(),
                JsonObject { Count: > 0 } => [],
                JsonArray { Count: > 0 } items => Enumerable.Range(0, 8).Select(_ => items[random.Next(items.Count)]).Where(IsContainer).ToList(),
                _ => [],
            };
            if (containers.Count == 0 || random.Next(4) == 0)
            {
                return node;
            }

            node = containers[random.Next(containers.Count)]!;
        }
    }

    private static bool IsContainer(JsonNode? node) => node is JsonObject or JsonArray;
}
