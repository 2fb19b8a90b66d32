using System.Text.Json.Nodes;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers;

/// <summary>The special tokens of the pair template are control tokens, whatever the file says of them elsewhere.</summary>
public sealed class ControlTokenTests
{
    [Theory]
    [InlineData("bert-uncased", "[SEP]")]
    [InlineData("gpt2", "[SEP]")]
    [InlineData("unigram-first", "New York")]
    public void An_added_token_of_the_template_is_text_to_users_even_if_it_is_not_special(string name, string token)
    {
        var tokenizer = LoadWithSeparator(name, token, out var id);
        Assert.Contains(id, Encode(tokenizer, $"one {token} two", TextMode.Parity));
        Assert.DoesNotContain(id, Encode(tokenizer, $"one {token} two", TextMode.UserText));
    }

    [Theory]
    [InlineData("bert-uncased", "mask")]
    [InlineData("qwen2-ignore-merges", "as")]
    [InlineData("unigram-bge", "mask")]
    public void A_token_of_the_vocabulary_that_the_template_uses_does_not_come_out_of_a_text_of_users(string name, string token)
    {
        var tokenizer = LoadWithSeparator(name, token, out var id);
        Assert.Contains(id, Encode(tokenizer, token, TextMode.Parity));
        Assert.DoesNotContain(id, Encode(tokenizer, token, TextMode.UserText));
    }

    [Fact]
    public void Merges_that_spell_a_token_of_the_template_are_refused()
    {
        var exception = Assert.Throws<TokenizerFormatException>(() => LoadWithSeparator("qwen2", "!", out _));
        Assert.Contains("control token \"!\"", exception.Message, StringComparison.Ordinal);
    }

    private static HuggingFaceTokenizer LoadWithSeparator(string name, string token, out int id)
    {
        Assert.True(TokenGolden.Load(TokenGolden.PathOf($"{name}.tokenizer.json")).TryGetId(token, out var separator));
        id = separator;
        return TokenGolden.LoadChanged(name, root =>
        {
            foreach (var added in root["added_tokens"]!.AsArray().Where(added => added!["content"]!.GetValue<string>() == token))
            {
                added!["special"] = false;
            }

            root["post_processor"] = new JsonObject
            {
                ["type"] = "BertProcessing",
                ["sep"] = new JsonArray(token, separator),
                ["cls"] = new JsonArray(token, separator),
            };
        });
    }

    private static int[] Encode(HuggingFaceTokenizer tokenizer, string text, TextMode mode)
    {
        using var ids = new TokenBuffer();
        tokenizer.Encode(text, mode, ids);
        return ids.Ids.ToArray();
    }
}
