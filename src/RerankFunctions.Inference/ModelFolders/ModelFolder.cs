using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>
/// A model folder in Hugging Face layout, its small files read and checked: <c>config.json</c>, <c>tokenizer.json</c>,
/// optionally <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>rerank.json</c>, and the ONNX file under
/// <c>onnx/</c> or at the root, with its weights in it or beside it.
/// </summary>
internal sealed class ModelFolder
{
    private const int LargestJson = 1 << 20;

    private ModelFolder(string path, ModelConfig config, TokenizerSettings settings, ModelOverrides overrides, ModelFile file)
    {
        Path = path;
        Config = config;
        Overrides = overrides;
        Settings = settings;
        File = file;
        Kind = ModelArchitecture.KindOf(config, overrides);
        MaxTokens = ModelArchitecture.MaxTokensOf(config, settings, overrides);
    }

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>What <c>config.json</c> says.</summary>
    public ModelConfig Config { get; }

    /// <summary>What <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> say.</summary>
    public TokenizerSettings Settings { get; }

    /// <summary>What <c>rerank.json</c> says; nothing when there is none.</summary>
    public ModelOverrides Overrides { get; }

    /// <summary>The ONNX file that was picked.</summary>
    public ModelFile File { get; }

    /// <summary>The family that reads this folder.</summary>
    public FamilyKind Kind { get; }

    /// <summary>Tokens of a pair at most, special tokens included: the least of what positions, tokenizer and <c>rerank.json</c> allow.</summary>
    public int MaxTokens { get; }

    /// <summary>Full path of <c>tokenizer.json</c>.</summary>
    public string TokenizerPath => System.IO.Path.Combine(Path, "tokenizer.json");

    /// <summary>Opens a folder: reads and checks its small files and picks the ONNX file. The weights are not read yet.</summary>
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

        var config = ModelConfig.Read(Read(path, "config.json") ?? throw MissingFile(path, "config.json"));
        if (!System.IO.File.Exists(System.IO.Path.Combine(path, "tokenizer.json")))
        {
            throw MissingFile(path, "tokenizer.json");
        }

        var settings = TokenizerSettings.Read(Read(path, "tokenizer_config.json"), Read(path, "special_tokens_map.json"));
        var overrides = Read(path, "rerank.json") is { } json ? ModelOverrides.Read(json) : new ModelOverrides();
        return new ModelFolder(path, config, settings, overrides, ModelFile.Find(path, dtype, device, overrides));
    }

    /// <summary>Full paths of the ONNX file and of the files of weights that it names.</summary>
    /// <exception cref="ModelLoadException">The ONNX file is damaged.</exception>
    public IEnumerable<string> WeightFiles()
    {
        var folder = System.IO.Path.GetDirectoryName(File.Path)!;
        return
        [
            File.Path,
            .. OnnxModelChecks.ExternalLocations(File.Path).Order(StringComparer.Ordinal).Select(location => System.IO.Path.GetFullPath(location, folder)),
        ];
    }

    private static ReadOnlyMemory<byte>? Read(string folder, string name)
    {
        var file = new FileInfo(System.IO.Path.Combine(folder, name));
        if (!file.Exists)
        {
            return null;
        }

        if (file.Length > LargestJson)
        {
            throw new ModelLoadException($"{name} has {file.Length:N0} bytes; at most {LargestJson:N0} are read.");
        }

        try
        {
            var bytes = System.IO.File.ReadAllBytes(file.FullName).AsMemory();
            return bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{name} cannot be read: {e.Message}", e);
        }
    }

    private static ModelLoadException MissingFile(string folder, string name) => new($"{name} is missing in the model folder {folder}.");
}
