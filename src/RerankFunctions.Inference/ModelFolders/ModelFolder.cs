using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>
/// A model folder in Hugging Face layout with its small files read and validated: <c>config.json</c>, <c>tokenizer.json</c>,
/// optionally <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>rerank.json</c>, and the weights: safetensors, or an ONNX file in
/// <c>onnx/</c> or at the root. Files may be links.
/// </summary>
/// <param name="Path">Full path of the folder.</param>
/// <param name="Config">Content of <c>config.json</c>.</param>
/// <param name="Settings">Content of <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</param>
/// <param name="Overrides">Content of <c>rerank.json</c>; empty if there is none.</param>
/// <param name="Weights">The weights that are loaded.</param>
/// <param name="Kind">The family that reads this folder.</param>
/// <param name="MaxTokens">Maximum tokens of a pair, special tokens included: the smallest limit of positions, tokenizer and <c>rerank.json</c>.</param>
internal sealed record ModelFolder(
    string Path,
    ModelConfig Config,
    TokenizerSettings Settings,
    ModelOverrides Overrides,
    ModelWeights Weights,
    FamilyKind Kind,
    int MaxTokens)
{
    private const int MaxJsonBytes = 1 << 20;

    /// <summary>Names of the settings of the model, for messages.</summary>
    public ModelSettingNames SettingNames { get; init; } = ModelSettingNames.OfOneModel;

    /// <summary>Full path of <c>tokenizer.json</c>.</summary>
    public string TokenizerPath => System.IO.Path.Combine(Path, ModelFolderLayout.Tokenizer);

    /// <summary>Full path of the first file of the weights (<see cref="ModelWeights.File"/>).</summary>
    public string WeightsPath => System.IO.Path.Combine(Path, Weights.File);

    /// <summary>Opens a folder: reads and validates its small files, and finds the weights. It does not read them.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="request">Which weights the settings ask for.</param>
    /// <exception cref="ModelLoadException">The folder cannot be used; the message says which file and why.</exception>
    public static ModelFolder Open(string path, WeightRequest request)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(path))
        {
            throw new ModelLoadException($"The model folder {path} does not exist.") { Code = ModelFailureCodes.ModelNotFound };
        }

        var config = ReadConfig(path);
        if (!File.Exists(System.IO.Path.Combine(path, ModelFolderLayout.Tokenizer)))
        {
            throw MissingFile(path, ModelFolderLayout.Tokenizer);
        }

        var settings = TokenizerSettings.Read(Read(path, ModelFolderLayout.TokenizerConfig), Read(path, ModelFolderLayout.SpecialTokensMap));
        var overrides = ReadOverrides(path);
        var weights = WeightSelection.Select(
            name => File.Exists(System.IO.Path.Combine(path, name)), $"the model folder {path}", () => config, overrides, request);
        if (WeightSelection.FindObstacle(weights, request) is { } obstacle)
        {
            throw new ModelLoadException(obstacle);
        }

        var kind = ModelArchitecture.KindOf(config, overrides);
        return new ModelFolder(path, config, settings, overrides, weights, kind, ModelArchitecture.MaxTokensOf(kind, config, settings, overrides))
        {
            SettingNames = request.Settings,
        };
    }

    /// <summary>Describes the model.</summary>
    /// <param name="device">The device that runs it.</param>
    /// <exception cref="ModelLoadException">A file of weights cannot be read.</exception>
    public ModelDescription Describe(Device device) =>
        new(ModelArchitecture.NameOf(Kind), Config.Architecture, ReadRevision(device), MaxTokens, PrecisionNames.NameOf(Weights.Precision), device);

    /// <summary>Returns the full paths of the files of weights, the first one first.</summary>
    /// <exception cref="ModelLoadException">The first file is not valid, or names a file that does not exist.</exception>
    public IReadOnlyList<string> WeightFiles() => [WeightsPath, .. Weights.ReadFurtherFiles(Path).Select(FurtherFile)];

    /// <summary>Computes the revision of the model on a device (<see cref="ModelRevision"/>).</summary>
    /// <exception cref="ModelLoadException">A file cannot be read.</exception>
    public string ReadRevision(Device device) =>
        ModelRevision.Of(Path, WeightFiles(), device, Weights.AreSafetensors ? PrecisionNames.NameOf(Weights.Precision) : null);

    /// <summary>Reads the <c>config.json</c> of a folder.</summary>
    /// <exception cref="ModelLoadException">It is missing or not valid.</exception>
    public static ModelConfig ReadConfig(string folder) =>
        ModelConfig.Read(ReadConfigJson(folder));

    /// <summary>Reads the bytes of the <c>config.json</c> of a folder.</summary>
    /// <exception cref="ModelLoadException">It is missing, too large or cannot be read.</exception>
    public static ReadOnlyMemory<byte> ReadConfigJson(string folder) =>
        Read(folder, ModelFolderLayout.Config) ?? throw MissingFile(folder, ModelFolderLayout.Config);

    /// <summary>Reads the <c>rerank.json</c> of a folder; empty if there is none.</summary>
    /// <exception cref="ModelLoadException">It is not valid.</exception>
    public static ModelOverrides ReadOverrides(string folder) =>
        Read(folder, ModelFolderLayout.Overrides) is { } json ? ModelOverrides.Read(json) : new ModelOverrides();

    private string FurtherFile(string name) => RelativePath.Resolve(Path, name) is var file && File.Exists(file)
        ? file
        : throw new ModelLoadException($"{name} is missing in the model folder {Path}; {Weights.File} names it.");

    private static ReadOnlyMemory<byte>? Read(string folder, string name) =>
        FolderJson.ReadFile(folder, name, MaxJsonBytes);

    private static ModelLoadException MissingFile(string folder, string name) => new($"{name} is missing in the model folder {folder}.");
}
