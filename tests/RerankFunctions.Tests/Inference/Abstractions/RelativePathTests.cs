using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.Inference.Abstractions;

public sealed class RelativePathTests
{
    [Theory]
    [InlineData("model.onnx_data")]
    [InlineData("sub/weights.bin")]
    [InlineData(".hidden/..a")]
    public void A_name_inside_the_folder_is_valid(string path)
    {
        Assert.True(RelativePath.TryResolve("/models/x", path, out var full));
        Assert.Equal(Path.GetFullPath($"/models/x/{path}"), full);
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("sub/../../weights.bin")]
    [InlineData("sub\\..\\..\\weights.bin")]
    [InlineData("/weights.bin")]
    [InlineData("C:\\weights.bin")]
    [InlineData("C:weights.bin")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("./weights.bin")]
    [InlineData("sub//weights.bin")]
    [InlineData("sub/")]
    [InlineData(".../weights.bin")]
    [InlineData(".. /weights.bin")]
    [InlineData("weights.bin\0")]
    [InlineData("weights\n.bin")]
    [InlineData("*/weights")]
    public void Any_other_name_is_not(string path)
    {
        Assert.False(RelativePath.TryResolve("/models/x", path, out _));
        Assert.Throws<ArgumentException>(() => RelativePath.Resolve("/models/x", path));
    }

    [Fact]
    public void A_name_has_a_maximum_length()
    {
        Assert.True(RelativePath.IsValid(new string('a', 512)));
        Assert.False(RelativePath.IsValid(new string('a', 513)));
    }
}
