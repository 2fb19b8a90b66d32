using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Loading;

/// <summary>Selects the weights that this process loads from a model folder, so that nothing else has to be fetched.</summary>
public sealed class ModelFileSelector(IOptions<ModelOptions> options, ILogger<ModelFileSelector> logger)
{
    // The device is tried only if the selection depends on it.
    private readonly Lazy<Device> _device = new(() => SessionSource.Create(options.Value.Device, options.Value.ModelThreads, logger).Device);

    /// <summary>
    /// Returns what decides the selection of a model's ONNX files, as a part of a file name: a precision, <c>auto</c> with the device, or a hash of the file
    /// that the settings name.
    /// </summary>
    public string SelectionOf(ModelDefinition model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return !string.IsNullOrEmpty(model.File)
            ? $"file-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(model.File)))[..16]}"
            : IsAuto(model) ? $"auto-{DeviceNames.NameOf(_device.Value)}" : model.Dtype;
    }

    /// <summary>Returns whether safetensors may be selected. Which ones does not depend on the precision: the same files run with any.</summary>
    public static bool MayBeSafetensors(ModelDefinition model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return string.IsNullOrEmpty(model.File);
    }

    /// <summary>Selects the weights of a folder, which may be remote.</summary>
    /// <param name="model">The model.</param>
    /// <param name="exists">Returns whether the folder has a file; names have forward slashes.</param>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="local">A folder on the local disk with its small files.</param>
    /// <exception cref="ModelLoadException">The folder has no such weights, or its small files are not valid.</exception>
    public ModelWeights Select(ModelDefinition model, Predicate<string> exists, string folder, string local)
    {
        ArgumentNullException.ThrowIfNull(model);
        return WeightSelection.Select(
            exists,
            folder,
            () => ModelFolder.ReadConfig(local),
            ModelFolder.ReadOverrides(local),
            WeightRequest.Of(model, IsAuto(model) ? _device.Value : Device.Cpu));
    }

    private static bool IsAuto(ModelDefinition model) => model.Dtype == PrecisionSetting.Auto;
}
