using System.Text.Json;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.Inference.Graphs.Configuration;

/// <summary>Reads the fields of <c>config.json</c> that decide the arithmetic of a model. A value that is not supported is refused by its name.</summary>
/// <param name="root">The object in the file.</param>
internal sealed class ConfigReader(JsonElement root)
{
    private const string File = "config.json";

    /// <summary>Returns a whole number from 1 to a maximum.</summary>
    /// <exception cref="ModelLoadException">It is missing or out of range.</exception>
    public int Size(string name, int max) => Size(name, max, byDefault: null);

    /// <summary>Returns a whole number from 1 to a maximum.</summary>
    /// <exception cref="ModelLoadException">It is out of range, or missing without a default.</exception>
    public int Size(string name, int max, int? byDefault) => FolderJson.Whole(root, name, 1, max, File)
        ?? byDefault ?? throw new ModelLoadException($"{File}: '{name}' is missing, which the architecture needs.");

    /// <summary>Returns the id of a token.</summary>
    /// <exception cref="ModelLoadException">It is not a whole number from 0 on.</exception>
    public int Id(string name, int byDefault) => FolderJson.Whole(root, name, 0, Limits.Rows, File) ?? byDefault;

    /// <summary>Returns a positive finite number.</summary>
    /// <exception cref="ModelLoadException">It is not one.</exception>
    public float Positive(string name, float byDefault) => Value(name) is not { } value ? byDefault : Positive(value, name);

    /// <summary>Returns a flag.</summary>
    /// <exception cref="ModelLoadException">It is neither true nor false.</exception>
    public bool Flag(string name, bool byDefault) => Value(name) switch
    {
        null => byDefault,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw new ModelLoadException($"{File}: '{name}' must be true or false."),
    };

    /// <summary>Returns one of several texts.</summary>
    /// <exception cref="ModelLoadException">It is none of them.</exception>
    public string OneOf(string name, string byDefault, params ReadOnlySpan<string> allowed)
    {
        var text = FolderJson.Text(root, name, File) ?? byDefault;
        return allowed.Contains(text, StringComparer.Ordinal)
            ? text
            : throw new ModelLoadException($"{File}: '{name}' is '{Onnx.PrintableName.Of(text)}'; supported are {string.Join(", ", allowed!)}.");
    }

    /// <summary>Returns the texts of a list; null if it is missing.</summary>
    /// <exception cref="ModelLoadException">It is not a list of texts.</exception>
    public IReadOnlyList<string>? Texts(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(item => item.GetString()!)],
        _ => throw new ModelLoadException($"{File}: '{name}' must be a list of texts."),
    };

    /// <summary>Returns the base of rotary positions, from its own field or from <c>rope_parameters</c>.</summary>
    /// <param name="name">Name of its own field.</param>
    /// <param name="group">Name of the group of <c>rope_parameters</c> that holds it; null if it has none.</param>
    /// <param name="byDefault">The base if the file gives none.</param>
    /// <exception cref="ModelLoadException">The positions are of a kind that is not supported.</exception>
    public float RotaryBase(string name, string? group, float byDefault)
    {
        if (Value("rope_parameters") is not { } parameters)
        {
            return Positive(name, byDefault);
        }

        var of = group is not null && parameters.ValueKind is JsonValueKind.Object && parameters.TryGetProperty(group, out var inner) ? inner : parameters;
        if (of.ValueKind is not JsonValueKind.Object)
        {
            throw new ModelLoadException($"{File}: 'rope_parameters' must be an object.");
        }

        RequireDefaultPositions(of, "rope_parameters");
        return of.TryGetProperty("rope_theta", out var theta) && theta.ValueKind is not JsonValueKind.Null
            ? Positive(theta, "rope_theta")
            : Positive(name, byDefault);
    }

    /// <summary>Refuses scaled rotary positions.</summary>
    /// <exception cref="ModelLoadException">The positions are of a kind that is not supported.</exception>
    public void RefuseScaledPositions()
    {
        if (Value("rope_scaling") is { } scaling)
        {
            RequireDefaultPositions(scaling, "rope_scaling");
        }
    }

    /// <summary>Refuses a field with any other value than null, false, an empty list or an empty object.</summary>
    /// <exception cref="ModelLoadException">It has such a value.</exception>
    public void Refuse(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var isSet = Value(name) is { } value && value.ValueKind switch
            {
                JsonValueKind.False => false,
                JsonValueKind.Array => value.GetArrayLength() > 0,
                JsonValueKind.Object => value.GetPropertyCount() > 0,
                _ => true,
            };
            if (isSet)
            {
                throw new ModelLoadException($"{File}: '{name}' is not supported where the graph is built from safetensors; use an ONNX file.");
            }
        }
    }

    private static void RequireDefaultPositions(JsonElement parameters, string name)
    {
        var isDefault = parameters.ValueKind is JsonValueKind.Object && parameters.EnumerateObject().All(member => member.Name switch
        {
            "rope_type" or "type" => member.Value.ValueKind is JsonValueKind.String && member.Value.GetString() == "default",
            "rope_theta" => true,
            "partial_rotary_factor" => member.Value.ValueKind is JsonValueKind.Number && member.Value.TryGetDouble(out var part) && part == 1,
            _ => false,
        });
        if (!isDefault)
        {
            throw new ModelLoadException($"{File}: '{name}' is not supported; rotary positions must be of the default kind, without scaling.");
        }
    }

    private static float Positive(JsonElement value, string name) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && (float)number is > 0 and < float.PositiveInfinity and var positive
            ? positive
            : throw new ModelLoadException($"{File}: '{name}' must be a positive number.");

    private JsonElement? Value(string name) => root.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}
