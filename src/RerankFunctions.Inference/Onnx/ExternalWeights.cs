using Microsoft.Win32.SafeHandles;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Onnx;

/// <summary>
/// Weights beside the graph. Names in a graph are hostile and must stay inside its folder; links in that folder are the operator's and may lead anywhere.
/// ONNX Runtime follows links before it checks that a file is inside the folder: a graph whose weights are links to elsewhere gets the names of the real files.
/// </summary>
internal static class ExternalWeights
{
    /// <summary>Opens the file of weights that a tensor names.</summary>
    /// <param name="folder">The graph's folder.</param>
    /// <param name="location">Name of the file in the tensor, relative to the folder.</param>
    /// <exception cref="OnnxFormatException">The name is not valid, or there is no such file.</exception>
    public static SafeFileHandle Open(string folder, string location)
    {
        try
        {
            return File.OpenHandle(PathOf(folder, location));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OnnxFormatException($"its weights are in {PrintableName.Of(location)}, which is missing");
        }
    }

    /// <summary>Returns the full path of the file of weights that a tensor names.</summary>
    /// <exception cref="OnnxFormatException">The name is not valid.</exception>
    public static string PathOf(string folder, string location) =>
        RelativePath.TryResolve(folder, location, out var path)
            ? path
            : throw new OnnxFormatException($"it names the file of weights '{PrintableName.Of(location)}'; the name must be {RelativePath.Rule}");

    /// <summary>Reads a model file whose weights are links to outside of its folder, with the names of the real files.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <returns>The model and the folder that its names are relative to; null if the weights are inside the file's folder.</returns>
    /// <exception cref="OnnxFormatException">A name is not valid, or the files have no folder in common.</exception>
    /// <exception cref="IOException">The file cannot be read, or the links form a circle.</exception>
    public static (byte[] Model, string Folder)? ReadBehindLinks(string path)
    {
        using var file = MappedFile.Open(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var (model, realFolder) = FollowLinks(file.Memory, folder);
        return realFolder == folder ? null : (model.ToArray(), realFolder);
    }

    /// <summary>Gives a model the names of the real files of its weights, if they are links to outside of its folder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Full path of its folder.</param>
    /// <returns>The model and the folder that its names are relative to. Both are unchanged if the weights are inside the folder.</returns>
    /// <exception cref="OnnxFormatException">A name is not valid, or the files have no folder in common.</exception>
    /// <exception cref="IOException">The links form a circle.</exception>
    public static (ReadOnlyMemory<byte> Model, string Folder) FollowLinks(ReadOnlyMemory<byte> model, string folder)
    {
        var walk = new OnnxModelWalk(folder: null);
        walk.Visit(model.Span);
        var realFolder = RealPath.Of(folder);
        var files = walk.Locations.ToDictionary(location => location, location => RealPath.Of(PathOf(folder, location)), StringComparer.Ordinal);
        if (files.Values.All(file => RealPath.IsInside(realFolder, file)))
        {
            return (model, folder);
        }

        var common = RealPath.CommonFolderOf(files.Values)
            ?? throw new OnnxFormatException("its weights are links to files on different drives");
        string NewName(string name) => files.TryGetValue(name, out var file) ? Path.GetRelativePath(common, file).Replace('\\', '/') : name;
        return (Rename(model, OnnxMessage.Model, NewName), common);
    }

    private static ReadOnlyMemory<byte> Rename(ReadOnlyMemory<byte> message, OnnxMessage type, Func<string, string> newName)
    {
        ProtoWriter? renamed = null;
        for (var reader = new ProtoReader(message.Span); reader.Next();)
        {
            var value = message.Slice(reader.ValueStart, reader.ValueLength);
            var replaced = value;
            if (type == OnnxMessage.Tensor)
            {
                replaced = reader.Field == OnnxFields.Tensor.ExternalData && OnnxEntry.Read(value.Span) is { Key: OnnxTensorLayout.LocationKey } entry
                    ? (entry with { Value = newName(entry.Value) }).Write().Written
                    : value;
            }
            else if (OnnxSchema.Find(type, reader.Field) is { Kind: OnnxFieldKind.Message } field)
            {
                replaced = Rename(value, field.Child, newName);
            }

            if (!replaced.Equals(value))
            {
                renamed ??= new ProtoWriter(message.Length + 256).Fields(message.Span[..reader.FieldStart]);
                renamed.Bytes(reader.Field, replaced.Span);
            }
            else
            {
                renamed?.Fields(message.Span.Slice(reader.FieldStart, reader.FieldLength));
            }
        }

        return renamed?.Written ?? message;
    }
}
