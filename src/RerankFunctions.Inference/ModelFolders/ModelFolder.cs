using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>
/// A model folder in Hugging Face layout with its small files read and validated: <c>config.json</c>, <c>tokenizer.json</c>,
/// optionally <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>rerank.json</c>, and the ONNX file in
/// <c>onnx/</c> or at the root, with its weights inside or beside it. Files may be links.
/// </summary>
/// <param name="Path">Full path of the folder.</param>
/// <param name="Config">Content of <c>config.json</c>.</param>
/// <param name="Settings">Content of <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</param>
/// <param name="Overrides">Content of <c>rerank.json</c>; empty if there is none.</param>
/// <param name="File">The ONNX file.</param>
/// <param name="Kind">The family that reads this folder.</param>
/// <param name="MaxTokens">Maximum tokens of a pair, special tokens included: the smallest limit of positions, tokenizer and <c>rerank.json</c>.</param>
internal sealed record ModelFolder(
    string Path,
    ModelConfig Config,
    TokenizerSettings Settings,
    ModelOverrides Overrides,
    OnnxFile File,
    FamilyKind Kind,
    int MaxTokens)
{
    private const int MaxJsonBytes = 1 << 20;

    /// <summary>Full path of <c>tokenizer.json</c>.</summary>
    public string TokenizerPath => System.IO.Path.Combine(Path, ModelFolderLayout.Tokenizer);

    /// <summary>Opens a folder: reads and validates its small files, and finds the ONNX file. It does not read the weights.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="dtype"><c>auto</c>, <c>fp32</c>, <c>fp16</c> or <c>int8</c>.</param>
    /// <param name="device">The device in use, which decides what <c>auto</c> prefers.</param>
    /// <exception cref="ModelLoadException">The folder cannot be used; the message says which file and why.</exception>
    public static ModelFolder Open(string path, string dtype, Device device)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(path))
        {
            throw new ModelLoadException($"The model folder {path} does not exist.") { Code = ModelFailureCodes.ModelNotFound };
        }

        var config = ModelConfig.Read(Read(path, ModelFolderLayout.Config) ?? throw MissingFile(path, ModelFolderLayout.Config));
        if (!System.IO.File.Exists(System.IO.Path.Combine(path, ModelFolderLayout.Tokenizer)))
        {
            throw MissingFile(path, ModelFolderLayout.Tokenizer);
        }

        var settings = TokenizerSettings.Read(Read(path, ModelFolderLayout.TokenizerConfig), Read(path, ModelFolderLayout.SpecialTokensMap));
        var overrides = Read(path, ModelFolderLayout.Overrides) is { } json ? ModelOverrides.Read(json) : new ModelOverrides();
        return new ModelFolder(
            path,
            config,
            settings,
            overrides,
            OnnxFile.Find(path, dtype, device, overrides),
            ModelArchitecture.KindOf(config, overrides),
            ModelArchitecture.MaxTokensOf(config, settings, overrides));
    }

    /// <summary>Returns the full paths of the ONNX file and of the files of weights that it names.</summary>
    /// <exception cref="ModelLoadException">The ONNX file is not valid.</exception>
    public IEnumerable<string> WeightFiles()
    {
        if (!File.RelativePath.EndsWith(".onnx", StringComparison.Ordinal))
        {
            return File.RelativePath.EndsWith(".json", StringComparison.Ordinal)
                ? [File.Path, .. Directory.EnumerateFiles(Path, "model-*.safetensors").Order(StringComparer.Ordinal)]
                : [File.Path];
        }

        var folder = System.IO.Path.GetDirectoryName(File.Path)!;
        var locations = OnnxFileValidation.ReadWeightLocations(File.Path).Order(StringComparer.Ordinal);
        return [File.Path, .. locations.Select(location => RelativePath.Resolve(folder, location))];
    }

    private static ReadOnlyMemory<byte>? Read(string folder, string name) => ReadFile(folder, name, MaxJsonBytes);

    /// <summary>Reads a small file of a folder; returns null if it does not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="maxBytes">Maximum size.</param>
    /// <exception cref="ModelLoadException">The file is too large or cannot be read.</exception>
    public static ReadOnlyMemory<byte>? ReadFile(string folder, string name, int maxBytes)
    {
        try
        {
            using var file = System.IO.File.OpenRead(System.IO.Path.Combine(folder, name));
            if (file.Length > maxBytes)
            {
                throw new ModelLoadException($"{name} has {file.Length:N0} bytes; the maximum is {maxBytes:N0}.");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{name} cannot be read: {exception.Message}", exception);
        }
    }

    private static ModelLoadException MissingFile(string folder, string name) => new($"{name} is missing in the model folder {folder}.");
}
