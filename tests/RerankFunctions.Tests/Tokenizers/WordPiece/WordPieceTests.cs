using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers.WordPiece;

public sealed class WordPieceTests
{
    private readonly HuggingFaceTokenizer _tokenizer = TokenGolden.Load(TokenGolden.PathOf("bert-uncased.tokenizer.json"));

    [Fact]
    public void A_word_over_the_limit_is_unknown_whatever_its_pieces()
    {
        Assert.Equal(100, Encode(new string('a', 100)).Length);
        Assert.Equal([Id("[UNK]")], Encode(new string('a', 101)));
        Assert.Equal([Id("[UNK]")], Encode(new string('a', 80_000)));
    }

    [Fact]
    public void A_spelled_separator_is_punctuation_and_letters()
    {
        Assert.Equal([Id("[SEP]")], Encode("[SEP]", TextMode.Parity));
        var ids = Encode("[SEP]");
        Assert.Equal(Id("["), ids[0]);
        Assert.Equal(Id("]"), ids[^1]);
    }

    [Fact]
    public void A_piece_may_be_as_long_as_a_word()
    {
        var piece = new string('a', 1024);
        var tokenizer = TokenGolden.LoadChanged("bert-uncased", root =>
        {
            root["model"]!["max_input_chars_per_word"] = 1024;
            root["model"]!["vocab"]![piece] = 475;
        });
        Assert.Equal([475, Id("[UNK]")], tokenizer.EncodeToIds($"{piece} {piece}a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \u302E")]
    public void A_lone_surrogate_is_a_replacement_character_beside_marks_too(string rest)
    {
        var tokenizer = TokenGolden.LoadChanged("bert-raw", root => root["model"]!["vocab"]!["\uFFFD"] = 516);
        Assert.Equal(516, tokenizer.EncodeToIds($"\uD800{rest}")[0]);
    }

    [Fact]
    public void Places_are_those_of_the_raw_text()
    {
        var tokens = _tokenizer.EncodeToTokens("Á 中B", out _);
        Assert.Equal([0..1, 2..3, 3..4], tokens.Select(token => token.Offset));
    }

    private int Id(string token) => _tokenizer.TryGetId(token, out var id) ? id : throw new InvalidOperationException(token);

    private int[] Encode(string text, TextMode mode = TextMode.UserText)
    {
        using var ids = new TokenBuffer();
        _tokenizer.Encode(text, mode, ids);
        return ids.Ids.ToArray();
    }
}
