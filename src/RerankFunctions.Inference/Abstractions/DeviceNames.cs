namespace RerankFunctions.Inference.Abstractions;

/// <summary>Names of devices in settings, answers and logs.</summary>
public static class DeviceNames
{
    /// <summary>Returns the name of a device: <c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    public static string NameOf(Device device) => device.ToString().ToLowerInvariant();
}
