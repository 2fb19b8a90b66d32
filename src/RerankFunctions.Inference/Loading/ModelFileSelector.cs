using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Loading;

/// <summary>Selects the ONNX file that this process loads from a model folder, so that nothing else has to be fetched.</summary>
public sealed class ModelFileSelector(IOptions<ModelOptions> options, ILogger<ModelFileSelector> logger)
{
    // The device is tried only if the selection depends on it.
    private readonly Lazy<Device> _device = new(() => SessionSource.Create(options.Value.Device, options.Value.ModelThreads, logger).Device);

    /// <summary>What decides the selection, as a part of a file name: a precision, or <c>auto</c> with the device.</summary>
    public string Selection => IsAuto ? $"auto-{DeviceNames.NameOf(_device.Value)}" : options.Value.Dtype;

    private bool IsAuto => options.Value.Dtype == OnnxFile.AutoDtype;

    /// <summary>Selects the ONNX file of a folder, which may be remote.</summary>
    /// <param name="exists">Returns whether the folder has a file; names have forward slashes.</param>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="overrides">The folder's <c>rerank.json</c>; null if it has none.</param>
    /// <returns>The file's path relative to the folder.</returns>
    /// <exception cref="ModelLoadException">The folder has no such file, or its <c>rerank.json</c> is not valid.</exception>
    public string SelectOnnx(Predicate<string> exists, string folder, byte[]? overrides) => OnnxFile.Select(
        exists,
        folder,
        options.Value.Dtype,
        IsAuto ? _device.Value : Device.Cpu,
        overrides is null ? new ModelOverrides() : ModelOverrides.Read(overrides)).RelativePath;
}
