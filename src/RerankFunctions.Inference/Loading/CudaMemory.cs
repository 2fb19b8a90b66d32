using System.Runtime.InteropServices;

namespace RerankFunctions.Inference.Loading;

/// <summary>The memory of the first CUDA device, which ONNX Runtime uses, as the driver gives it.</summary>
internal static partial class CudaMemory
{
    private const int Success = 0;

    /// <summary>Returns the total memory of the device in bytes; null if the driver does not give it.</summary>
    public static long? FindTotal()
    {
        try
        {
            return Initialize(0) == Success && GetDevice(out var device, 0) == Success && GetTotalMemory(out var bytes, device) == Success
                ? checked((long)bytes)
                : null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libcuda.so.1", EntryPoint = "cuInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Initialize(uint flags);

    [LibraryImport("libcuda.so.1", EntryPoint = "cuDeviceGet")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetDevice(out int device, int ordinal);

    [LibraryImport("libcuda.so.1", EntryPoint = "cuDeviceTotalMem_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTotalMemory(out nuint bytes, int device);
}
