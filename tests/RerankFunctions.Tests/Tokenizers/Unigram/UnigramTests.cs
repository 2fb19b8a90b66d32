using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers.Unigram;

public sealed class UnigramTests
{
    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData(" ")]
    public void A_long_text_is_not_cut_before_a_run_of_spaces_that_changes(string content)
    {
        var tokenizer = TokenGolden.LoadChanged("unigram-bge", root => root["normalizer"]!["normalizers"]![1]!["content"] = content);
        using var expected = new TokenBuffer();
        using var ids = new TokenBuffer();
        for (var length = 4090; length < 4100; length++)
        {
            var start = new string('a', length);
            expected.Clear();
            ids.Clear();
            tokenizer.Encode($"{start}{content}b", TextMode.Parity, expected);
            tokenizer.Encode($"{start}  b", TextMode.Parity, ids);
            Assert.Equal(expected.Ids.ToArray(), ids.Ids.ToArray());
        }
    }
}
