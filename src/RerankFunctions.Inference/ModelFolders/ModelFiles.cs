using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Which files of a model folder this process loads, so that whoever fetches the folder fetches no others.</summary>
public sealed class ModelFiles
{
    private readonly ModelOptions _options;
    private readonly Lazy<Device> _device;

    /// <summary>Creates the rule from the settings; the device is tried when it is first asked for.</summary>
    public ModelFiles(IOptions<ModelOptions> options, ILogger<ModelFiles> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _device = new Lazy<Device>(() => SessionSource.Create(_options.Device, _options.ModelThreads, logger).Device);
    }

    /// <summary>The small files that every folder must have.</summary>
    public static IReadOnlyList<string> Required { get; } = ["config.json", "tokenizer.json"];

    /// <summary>The small files that a folder may have.</summary>
    public static IReadOnlyList<string> Optional { get; } = ["tokenizer_config.json", "special_tokens_map.json", "rerank.json"];

    /// <summary>What decides the choice, as a word for file names: a precision, or <c>auto</c> with the device that it goes by.</summary>
    public string Selection => _options.Dtype == "auto" ? $"auto-{DeviceNames.NameOf(_device.Value)}" : _options.Dtype;

    /// <summary>The ONNX file that is loaded of a folder with these files.</summary>
    /// <param name="files">Relative paths with forward slashes.</param>
    /// <param name="folder">Names the folder in messages.</param>
    /// <param name="rerankJson">The folder's <c>rerank.json</c>; null when it has none.</param>
    /// <exception cref="ModelLoadException">There is none, or <c>rerank.json</c> is not usable.</exception>
    public string ChooseOnnx(IReadOnlySet<string> files, string folder, byte[]? rerankJson)
    {
        ArgumentNullException.ThrowIfNull(files);
        var overrides = rerankJson is not null ? ModelOverrides.Read(rerankJson) : new ModelOverrides();
        return ModelFile.Choose(files.Contains, folder, _options.Dtype, _options.Dtype == "auto" ? _device.Value : Device.Cpu, overrides).RelativePath;
    }
}
