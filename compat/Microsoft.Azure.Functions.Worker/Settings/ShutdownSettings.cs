using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>The times of a shutdown, as seen on the Functions host.</summary>
/// <param name="DrainTime">Time for which functions run on, and are not asked to stop, once no HTTP request is open.</param>
/// <param name="StopTime">Time that functions have once their tokens are cancelled.</param>
internal sealed record ShutdownSettings(TimeSpan DrainTime, TimeSpan StopTime)
{
    /// <summary>Reads <c>CompatHost:DrainTime</c>.</summary>
    public static ShutdownSettings Read(IConfiguration settings) => new(
        settings.GetSection("CompatHost").GetInterval("DrainTime", TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromMinutes(10)),
        TimeSpan.FromSeconds(5));
}
