namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>A fault of one call to storage.</summary>
public enum Fault
{
    None,

    /// <summary>The call fails and has no effect.</summary>
    Unavailable,

    /// <summary>The call takes effect and fails.</summary>
    LostResponse,

    /// <summary>The call takes effect, its response is lost, and the client's own retry finds its condition broken.</summary>
    RetriedAfterLoss,

    /// <summary>The call fails, and takes effect minutes later.</summary>
    LateWrite,

    /// <summary>The process crashes before the call takes effect.</summary>
    CrashBefore,

    /// <summary>The process crashes after the call took effect.</summary>
    CrashAfter,
}
