using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Sessions;

/// <summary>The source of ONNX Runtime sessions, all on one device.</summary>
internal sealed partial class SessionSource
{
    private const string ExternalFolderKey = "session.model_external_initializers_file_folder_path";
    private const string CudaProvider = "CUDAExecutionProvider";

    // y = Identity(x), the smallest graph that makes ONNX Runtime start a device.
    private static readonly byte[] Probe =
    [
        0x08, 0x08, 0x42, 0x02, 0x10, 0x0D, 0x3A, 0x37,
        0x0A, 0x10, 0x0A, 0x01, (byte)'x', 0x12, 0x01, (byte)'y', 0x22, 0x08, .. "Identity"u8, 0x12, 0x01, (byte)'g',
        0x5A, 0x0F, 0x0A, 0x01, (byte)'x', 0x12, 0x0A, 0x0A, 0x08, 0x08, 0x01, 0x12, 0x04, 0x0A, 0x02, 0x08, 0x01,
        0x62, 0x0F, 0x0A, 0x01, (byte)'y', 0x12, 0x0A, 0x0A, 0x08, 0x08, 0x01, 0x12, 0x04, 0x0A, 0x02, 0x08, 0x01,
    ];

    private readonly int _threads;

    private SessionSource(Device device, int threads)
    {
        Device = device;

        // ONNX Runtime's own choice is one per core of the machine, whatever limit a container has.
        _threads = threads == 0 ? Environment.ProcessorCount : threads;
    }

    /// <summary>The device in use: <see cref="Device.Cpu"/> or <see cref="Device.Cuda"/>.</summary>
    public Device Device { get; }

    /// <summary>Chooses the device and starts it.</summary>
    /// <param name="device">The device that the settings ask for.</param>
    /// <param name="threads">Number of threads that run a model on a CPU; 0 for one per core that the process may use.</param>
    /// <param name="logger">Receives the reason why CUDA is not used.</param>
    /// <exception cref="ModelLoadException">The settings ask for CUDA, which cannot be used.</exception>
    public static SessionSource Create(Device device, int threads, ILogger logger)
    {
        if (device == Device.Cpu)
        {
            return new SessionSource(Device.Cpu, threads);
        }

        if (!OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider, StringComparer.Ordinal))
        {
            return device == Device.Cuda
                ? throw new ModelLoadException("Rerank:Device is cuda, but this build of ONNX Runtime has no CUDA.")
                {
                    Code = ModelFailureCodes.DeviceUnavailable,
                }
                : new SessionSource(Device.Cpu, threads);
        }

        try
        {
            var cuda = new SessionSource(Device.Cuda, threads);
            cuda.Open(Probe, Path.GetTempPath()).Dispose();
            return cuda;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
        {
            if (device == Device.Cuda)
            {
                throw new ModelLoadException($"Rerank:Device is cuda, but CUDA cannot be used: {OneLine(exception.Message)}", exception)
                {
                    Code = ModelFailureCodes.DeviceUnavailable,
                };
            }

            CudaNotUsed(logger, OneLine(exception.Message));
            return new SessionSource(Device.Cpu, threads);
        }
    }

    /// <summary>Opens a session on a graph in memory.</summary>
    /// <param name="graph">The ONNX model.</param>
    /// <param name="externalFolder">The folder of the weights that the graph keeps in other files.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    public InferenceSession Open(byte[] graph, string externalFolder)
    {
        using var options = Options();
        options.AddSessionConfigEntry(ExternalFolderKey, externalFolder);
        return new InferenceSession(graph, options);
    }

    /// <summary>Opens a session on a graph in memory for few runs: nothing is packed or folded, so that weights stay in their files.</summary>
    /// <param name="graph">The ONNX model.</param>
    /// <param name="externalFolder">The folder of the weights that the graph keeps in other files.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    public InferenceSession OpenOnce(byte[] graph, string externalFolder)
    {
        using var options = Options();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        options.AddSessionConfigEntry(ExternalFolderKey, externalFolder);
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        return new InferenceSession(graph, options);
    }

    /// <summary>Opens a session on a file with its weights beside it; both may be links.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    public InferenceSession Open(string path)
    {
        if (ExternalWeights.ReadBehindLinks(path) is var (graph, folder))
        {
            return Open(graph, folder);
        }

        using var options = Options();
        return new InferenceSession(path, options);
    }

    /// <summary>Returns the first line of a message, cut to 300 characters.</summary>
    public static string OneLine(string message)
    {
        var line = message.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line.Length > 300 ? $"{line[..300]}…" : line.ToString();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "CUDA is not used, the model runs on the CPU: {Reason}")]
    private static partial void CudaNotUsed(ILogger logger, string reason);

    private SessionOptions Options()
    {
        // Shapes differ from run to run, so memory patterns would pile up. Threads that spin between runs take cores from tokenizing.
        // Failures come as exceptions. ONNX Runtime must not log them itself: its messages may hold token ids.
        var options = new SessionOptions
        {
            IntraOpNumThreads = _threads,
            InterOpNumThreads = 1,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (Device == Device.Cuda)
        {
            options.AppendExecutionProvider_CUDA();
        }

        return options;
    }
}
