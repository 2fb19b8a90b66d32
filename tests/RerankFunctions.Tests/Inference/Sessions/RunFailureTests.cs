using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Tests.Inference.Sessions;

public sealed class RunFailureTests
{
    [Theory]
    [InlineData(
        "[ErrorCode:RuntimeException] Non-zero status code returned while running MatMul node. "
        + "Failed to allocate memory for requested buffer of size 8589934592")]
    [InlineData("[ErrorCode:Fail] std::bad_alloc")]
    [InlineData("[ErrorCode:Fail] CUDA failure 2: out of memory ; GPU=0")]
    public void A_run_without_memory_is_worth_another_attempt(string message) =>
        Assert.IsType<InsufficientMemoryException>(RunFailure.ToException(message));

    [Theory]
    [InlineData("[ErrorCode:InvalidArgument] indices element out of data bounds, idx=4711", "InvalidArgument")]
    [InlineData("idx=4711", "unknown")]
    public void Any_other_failure_keeps_its_code_alone(string message, string code)
    {
        var failure = Assert.IsType<ScoringException>(RunFailure.ToException(message));
        Assert.Contains(code, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", failure.Message, StringComparison.Ordinal);
    }
}
