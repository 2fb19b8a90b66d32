using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>The times of a shutdown, as measured on the Functions host.</summary>
/// <param name="DrainTime">Time after the last open HTTP request in which functions may finish.</param>
/// <param name="StopTime">Time to stop after the tokens of functions are cancelled.</param>
internal sealed record ShutdownSettings(TimeSpan DrainTime, TimeSpan StopTime)
{
    /// <summary>Reads <c>CompatHost:DrainTime</c>.</summary>
    public static ShutdownSettings Read(IConfiguration settings) => new(
        settings.GetSection("CompatHost").GetInterval("DrainTime", TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromMinutes(10)),
        TimeSpan.FromSeconds(5));
}
