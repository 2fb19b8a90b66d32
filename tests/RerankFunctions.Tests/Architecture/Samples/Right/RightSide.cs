using RerankFunctions.Tests.Architecture.Samples.Left;

namespace RerankFunctions.Tests.Architecture.Samples.Right;

/// <summary>A type that uses the other folder only as a type argument.</summary>
internal static class RightSide
{
    public static IReadOnlyList<LeftSide[]> Empty { get; } = [];
}
