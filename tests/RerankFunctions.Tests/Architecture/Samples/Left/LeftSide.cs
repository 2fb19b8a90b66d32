using RerankFunctions.Tests.Architecture.Samples.Right;

namespace RerankFunctions.Tests.Architecture.Samples.Left;

/// <summary>A type that uses the other folder only inside a lambda.</summary>
internal sealed class LeftSide
{
    public static Func<string> Describe(int count) => () => $"{count} {nameof(LeftSide)}s, {RightSide.Empty}";
}
