using System.Text.Json;

namespace RerankFunctions.Tokenizers.Reading;

/// <summary>
/// A JSON value of a tokenizer file with the file's name and the value's path, which every error names.
/// Accessors throw <see cref="TokenizerFormatException"/> if the value has another type.
/// </summary>
internal readonly struct JsonPart(JsonElement element, string file, string path)
{
    /// <summary>The value itself, for loops over large vocabularies.</summary>
    public JsonElement Element => element;

    /// <summary>Name of the file, for errors.</summary>
    public string File => file;

    /// <summary>Path of the part, for example <c>normalizer.normalizers[0]</c>.</summary>
    public string Path => path;

    /// <summary>Creates an error that says what is wrong with this part.</summary>
    public TokenizerFormatException Error(string what, Exception? inner = null) =>
        new($"{file}: {(path.Length == 0 ? "the file" : path)} {what}", inner);

    /// <summary>Returns a member that must exist and not be null.</summary>
    public JsonPart Required(string name) =>
        Optional(name) ?? throw Error($"has no \"{name}\".");

    /// <summary>Returns a member, or null if it is missing or null.</summary>
    public JsonPart? Optional(string name)
    {
        MustBe(JsonValueKind.Object, "an object");
        return element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? new JsonPart(member, file, path.Length == 0 ? name : $"{path}.{name}")
            : null;
    }

    /// <summary>Checks that the part has no other members: an unknown one could change the meaning of the file.</summary>
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
                throw Error($"has an unknown member: {Shown(Name(member))}.");
            }
        }
    }

    /// <summary>Returns the <c>type</c> member.</summary>
    public string Type() => Required("type").String();

    /// <summary>Returns the elements of an array.</summary>
    public IEnumerable<JsonPart> Items()
    {
        MustBe(JsonValueKind.Array, "an array");
        var (parent, name, index) = (file, path, 0);
        return element.EnumerateArray().Select(item => new JsonPart(item, parent, $"{name}[{index++}]"));
    }

    /// <summary>Returns the members of an object with their names.</summary>
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

    /// <summary>Returns a string of valid Unicode.</summary>
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

    /// <summary>Returns a string of exactly one character, which may be a surrogate pair.</summary>
    public string Character()
    {
        var text = String();
        return text.Length == 1 || (text.Length == 2 && char.IsSurrogatePair(text, 0)) ? text : throw Error("is not one character.");
    }

    /// <summary>Returns true or false.</summary>
    public bool Boolean() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error("is not true or false."),
    };

    /// <summary>Returns a member that is true or false, or a default if it is missing.</summary>
    public bool Boolean(string name, bool whenMissing) => Optional(name)?.Boolean() ?? whenMissing;

    /// <summary>Returns an integer in a range, bounds included.</summary>
    public int Integer(int min, int max) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= min && value <= max
            ? value
            : throw Error($"is not an integer from {min} to {max}.");

    /// <summary>Returns a finite number.</summary>
    public double Number() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Error("is not a finite number.");

    /// <summary>Quotes a name from a file for an error: short and on one line.</summary>
    public static string Shown(string name)
    {
        var start = name.Length > 60 ? name[..60] + "…" : name;
        return $"\"{string.Concat(start.Select(c => char.IsControl(c) ? '?' : c))}\"";
    }

    /// <summary>Returns the name of a member, which must be valid Unicode.</summary>
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

    /// <summary>Checks the kind of the value.</summary>
    public void MustBe(JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
        {
            throw Error($"is not {what}.");
        }
    }
}
