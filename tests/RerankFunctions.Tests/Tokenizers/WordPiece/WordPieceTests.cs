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
