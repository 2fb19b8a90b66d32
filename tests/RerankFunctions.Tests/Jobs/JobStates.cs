using System.Text.Json;
using RerankFunctions.Contracts;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

/// <summary>Reads what <c>status.json</c> says, past every service.</summary>
internal static class JobStates
{
    public static JobState Of(World world, JobId id) => Of(world.Account.Text($"jobs/{id}/status.json"));

    public static JobState Of(string status)
    {
        using var json = JsonDocument.Parse(status);
        return json.RootElement.GetProperty("state").Deserialize<JobState>();
    }
}
