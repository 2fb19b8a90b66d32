using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers.Bpe;

public sealed class BpeTests
{
    [Fact]
    public void An_added_token_that_is_ordinary_text_is_found_in_a_text_of_users()
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf("gpt2.tokenizer.json"));
        Assert.True(tokenizer.TryGetId("|||ADDRESS|||", out var address));
        Assert.Contains(address, Encode(tokenizer, "at|||ADDRESS|||", TextMode.UserText));
    }

    [Fact]
    public void Markup_that_is_not_declared_special_is_text_for_users_and_a_token_for_templates()
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf("qwen2.tokenizer.json"));
        Assert.True(tokenizer.TryGetId("<think>", out var think));
        Assert.Equal([think], Encode(tokenizer, "<think>", TextMode.Parity));
        Assert.True(Encode(tokenizer, "<think>", TextMode.UserText).Length > 1);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("no")]
    [InlineData("中")]
    [InlineData("=")]
    [InlineData("e\u0301\u0323")]
    public void A_word_of_80000_characters_decodes_to_itself(string part)
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf("qwen2.tokenizer.json"));
        var word = string.Concat(Enumerable.Repeat(part, 80_000 / part.Length));
        Assert.Equal(word.Normalize(), tokenizer.Decode(Encode(tokenizer, word, TextMode.UserText)));
    }

    [Fact]
    public void A_place_is_the_characters_that_a_token_is_a_part_of()
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf("qwen2.tokenizer.json"));
        var tokens = tokenizer.EncodeToTokens("😀 e\u0301x", out _);
        Assert.All(tokens.Take(4), token => Assert.Equal(0..2, token.Offset));
        Assert.Equal(2, tokens[4].Offset.Start.Value);
        Assert.Equal(6, tokens[^1].Offset.End.Value);
    }

    [Fact]
    public void The_vocabulary_is_found_by_token()
    {
        var tokenizer = TokenGolden.Load(TokenGolden.PathOf("qwen2.tokenizer.json"));
        Assert.True(tokenizer.TryGetId("Ġ", out var space));
        Assert.Equal([space], Encode(tokenizer, " ", TextMode.Parity));
        Assert.False(tokenizer.TryGetId("ĠĠĠĠnone", out _));
        Assert.False(tokenizer.TryGetId("", out _));
        Assert.Equal(580, tokenizer.VocabularySize);
    }

    private static int[] Encode(HuggingFaceTokenizer tokenizer, string text, TextMode mode)
    {
        using var ids = new TokenBuffer();
        tokenizer.Encode(text, mode, ids);
        return ids.Ids.ToArray();
    }
}
