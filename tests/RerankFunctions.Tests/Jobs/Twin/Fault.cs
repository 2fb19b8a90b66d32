namespace RerankFunctions.Tests.Jobs.Twin;

/// <summary>What goes wrong with one call to storage.</summary>
public enum Fault
{
    None,

    /// <summary>The call fails and did nothing.</summary>
    Unavailable,

    /// <summary>The call did its work, and fails.</summary>
    LostResponse,

    /// <summary>The call did its work, its response was lost, and the client's own retry finds the condition broken.</summary>
    RetriedAfterLoss,

    /// <summary>The process ends before the call did anything.</summary>
    CrashBefore,

    /// <summary>The process ends after the call did its work.</summary>
    CrashAfter,
}
