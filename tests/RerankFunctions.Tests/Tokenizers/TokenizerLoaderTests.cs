using System.Text;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers;

public sealed class TokenizerLoaderTests
{
    private static readonly byte[] File = System.IO.File.ReadAllBytes(TokenGolden.PathOf("unigram-reranker.tokenizer.json"));

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        for (var length = 0; length < File.Length - 2; length += 97)
        {
            var exception = Assert.Throws<TokenizerFormatException>(() => TokenizerLoader.Parse(File.AsMemory(0, length), "cut.json"));
            Assert.StartsWith("cut.json", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_with_changed_bytes_is_refused_or_still_encodes()
    {
        var random = new Random(20240607);
        using var ids = new TokenBuffer();
        for (var round = 0; round < 1500; round++)
        {
            var changed = (byte[])File.Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                changed[random.Next(changed.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : " 0123456789[]{},:\"ax<>"[random.Next(22)]);
            }

            try
            {
                var tokenizer = TokenizerLoader.Parse(changed, "changed.json");
                ids.Clear();
                tokenizer.Encode("The ½ \uFF1C/s\uFF1E queue \u2603\uD800 holds", TextMode.UserText, ids);
                Assert.All(ids.Ids.ToArray(), id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
            }
            catch (TokenizerFormatException exception)
            {
                Assert.StartsWith("changed.json", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"version\":\"1.0\",\"version\":\"1.0\"}")]
    [InlineData("{\"version\":\"1.0\",\"model\":{\"type\":\"\\ud800\"}}")]
    public void What_is_no_tokenizer_is_refused(string json) =>
        Assert.Throws<TokenizerFormatException>(() => TokenizerLoader.Parse(Encoding.UTF8.GetBytes(json), "other.json"));

    [Fact]
    public void An_unknown_decoder_matters_only_to_who_decodes()
    {
        var tokenizer = TokenGolden.LoadChanged("unigram-reranker", root => root["decoder"]!["type"] = "Fuse");
        var ids = tokenizer.EncodeToIds("The queue holds");
        Assert.Equal(TokenGolden.Load(TokenGolden.PathOf("unigram-reranker.tokenizer.json")).EncodeToIds("The queue holds"), ids);
        Assert.Contains("Fuse", Assert.Throws<NotSupportedException>(() => tokenizer.Decode(ids)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "tokenizer.json");
        Assert.Contains(path, Assert.Throws<TokenizerFormatException>(() => TokenizerLoader.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused_before_it_is_read() =>
        Assert.Throws<TokenizerFormatException>(() => TokenizerLoader.Parse(new byte[TokenizerLoader.MaxFileBytes + 1], "large.json"));
}
