using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Records;

/// <summary>A state that a newer version of the app has written. A process of that version can read it, so the caller may repeat the call later.</summary>
/// <param name="version">The version of the state.</param>
/// <param name="currentVersion">Newest version that this process reads.</param>
public sealed class NewerVersionException(int version, int currentVersion) : StorageUnavailableException(
    $"The stored state has version {version}; this process reads versions up to {currentVersion}.");
