using System.Text.Json.Nodes;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tests.Tokenizers;

public sealed class AddedTokenTests
{
    [Theory]
    [InlineData("qwen2", 0, 577, 576)]
    [InlineData("qwen2", 3, 580, 579)]
    [InlineData("gpt2", 0, 10_000, 576)]
    [InlineData("unigram-first", 6, 478, 477)]
    public void Another_id_than_the_one_that_Hugging_Face_assigns_is_refused(string name, int index, int id, int assigned)
    {
        var exception = Assert.Throws<TokenizerFormatException>(() => TokenGolden.LoadChanged(name, root =>
        {
            // The tokens from there on count up from another id, so that no two are equal.
            var tokens = root["added_tokens"]!.AsArray();
            for (var i = index; i < tokens.Count; i++)
            {
                tokens[i]!["id"] = id + i - index;
            }
        }));
        Assert.Contains($"the id {id} instead of {assigned}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_with_a_space_has_the_id_of_the_last_equal_piece()
    {
        var tokenizer = TokenGolden.LoadChanged("unigram-first", root =>
        {
            var vocab = root["model"]!["vocab"]!.AsArray();
            vocab.Add((JsonNode)new JsonArray("New York", -4));
            vocab.Add((JsonNode)new JsonArray("New York", -5));
            var tokens = root["added_tokens"]!.AsArray();
            tokens[5]!["id"] = vocab.Count - 1;
            tokens[6]!["id"] = vocab.Count;
        });
        Assert.True(tokenizer.TryGetId("New York", out var id));
        Assert.Equal(477, id);
        Assert.Contains(id, tokenizer.EncodeToIds("the New York line"));
        Assert.False(tokenizer.TryGetId("New  York", out _));
    }

    [Fact]
    public void Two_tokens_that_the_normalizer_makes_equal_are_refused()
    {
        var exception = Assert.Throws<TokenizerFormatException>(() => TokenGolden.LoadChanged("unigram-first", root =>
            (root["added_tokens"]![6]!["content"], root["added_tokens"]![6]!["normalized"]) = ("New\u00A0York", true)));
        Assert.Contains("equal to another added token", exception.Message, StringComparison.Ordinal);
    }
}
