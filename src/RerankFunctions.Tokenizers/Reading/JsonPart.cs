using System.Text.Json;

namespace RerankFunctions.Tokenizers.Reading;

/// <summary>
/// One part of a tokenizer file: a JSON value with the file's name and the way to it, so that every error can name both.
/// All accessors throw <see cref="TokenizerFormatException"/> where the value is not what is asked for.
/// </summary>
internal readonly struct JsonPart(JsonElement element, string file, string path)
{
    /// <summary>The value itself, for loops over large vocabularies.</summary>
    public JsonElement Element => element;

    /// <summary>Name of the file, for messages.</summary>
    public string File => file;

    /// <summary>The way to the part, for instance <c>normalizer.normalizers[0]</c>.</summary>
    public string Path => path;

    /// <summary>The error that says what is wrong with this part.</summary>
    public TokenizerFormatException Error(string what, Exception? inner = null) =>
        new($"{file}: {(path.Length == 0 ? "the file" : path)} {what}", inner);

    /// <summary>A member that must be there and not null.</summary>
    public JsonPart Required(string name) =>
        Optional(name) ?? throw Error($"has no \"{name}\".");

    /// <summary>A member, or null where it is missing or null.</summary>
    public JsonPart? Optional(string name)
    {
        MustBe(JsonValueKind.Object, "an object");
        return element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? new JsonPart(member, file, path.Length == 0 ? name : $"{path}.{name}")
            : null;
    }

    /// <summary>Says that the part has no members but these: one that is not known could change what the file means.</summary>
    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        MustBe(JsonValueKind.Object, "an object");
        foreach (var member in element.EnumerateObject())
        {
            var known = false;
            foreach (var name in names)
            {
                known |= member.NameEquals(name);
            }

            if (!known)
            {
                throw Error($"has a member that is not known: {Shown(Name(member))}.");
            }
        }
    }

    /// <summary>The component's name, its <c>type</c> member.</summary>
    public string Type() => Required("type").String();

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonPart> Items()
    {
        MustBe(JsonValueKind.Array, "an array");
        var (parent, name, index) = (file, path, 0);
        return element.EnumerateArray().Select(item => new JsonPart(item, parent, $"{name}[{index++}]"));
    }

    /// <summary>The members of an object, by name.</summary>
    public IEnumerable<(string Name, JsonPart Value)> Members()
    {
        MustBe(JsonValueKind.Object, "an object");
        var self = this;
        return element.EnumerateObject().Select(member =>
        {
            var name = self.Name(member);
            return (name, new JsonPart(member.Value, self.File, $"{self.Path}.{name}"));
        });
    }

    /// <summary>A string of valid Unicode.</summary>
    public string String()
    {
        MustBe(JsonValueKind.String, "a string");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw Error("is not valid Unicode.", exception);
        }
    }

    /// <summary>A string of exactly one character, which may be a surrogate pair.</summary>
    public string Character()
    {
        var text = String();
        return text.Length == 1 || (text.Length == 2 && char.IsSurrogatePair(text, 0)) ? text : throw Error("is not one character.");
    }

    /// <summary>True or false.</summary>
    public bool Boolean() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error("is not true or false."),
    };

    /// <summary>A member that is true or false, or its default where it is missing.</summary>
    public bool Boolean(string name, bool whenMissing) => Optional(name)?.Boolean() ?? whenMissing;

    /// <summary>An integer in a range, bounds included.</summary>
    public int Integer(int min, int max) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= min && value <= max
            ? value
            : throw Error($"is not an integer from {min} to {max}.");

    /// <summary>A finite number.</summary>
    public double Number() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Error("is not a finite number.");

    /// <summary>A name from a file as it may stand in a message: short, in one line.</summary>
    public static string Shown(string name)
    {
        var start = name.Length > 60 ? name[..60] + "…" : name;
        return $"\"{string.Concat(start.Select(c => char.IsControl(c) ? '?' : c))}\"";
    }

    /// <summary>The name of a member, of valid Unicode.</summary>
    public string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw Error("has a member whose name is not valid Unicode.", exception);
        }
    }

    /// <summary>Says which kind of value the part must be.</summary>
    public void MustBe(JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
        {
            throw Error($"is not {what}.");
        }
    }
}
