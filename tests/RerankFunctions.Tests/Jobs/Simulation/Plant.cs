using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>A defect that a test plants into the instances of a simulation, to show that the simulation finds it.</summary>
/// <param name="Protocol">Replaces the rules; null to keep them.</param>
/// <param name="Blobs">Replaces the blobs as all services see them; null to keep them.</param>
/// <param name="SweeperBlobs">Replaces the blobs as the sweeper sees them; null to keep them.</param>
internal sealed record Plant(
    Func<IJobProtocol, IJobProtocol>? Protocol = null,
    Func<IBlobStore, TimeProvider, IBlobStore>? Blobs = null,
    Func<IBlobStore, TimeProvider, IBlobStore>? SweeperBlobs = null)
{
    public static Plant None { get; } = new();
}
