using RerankFunctions.Tests.Support;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers.Unigram;

public sealed class SharedUnigramTests
{
    public static TheoryData<string, string> Goldens
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var header in new[] { "A", "B", "C" })
            {
                data.Add(header, "small");
                data.Add(header, "udhr");
            }

            return data;
        }
    }

    [SharedTheory]
    [MemberData(nameof(Goldens))]
    public void XlmRoberta_gives_the_ids_of_Hugging_Face(string header, string goldens) =>
        TokenGolden.AssertAll(
            XlmRobertaFiles.Get(header),
            TokenGolden.Read(SharedMaterial.PathOf($"tokenizers/goldens/xlmr.{goldens}.jsonl.gz"), $"ids_{header}"));

    [SharedTheory]
    [MemberData(nameof(Goldens))]
    public void No_control_id_comes_out_of_a_text_of_users(string header, string goldens)
    {
        var tokenizer = XlmRobertaFiles.Get(header);
        string[] names = ["<s>", "<pad>", "</s>", "<mask>"];
        int[] control = [.. names.Select(name => tokenizer.TryGetId(name, out var id) ? id : throw new KeyNotFoundException(name))];
        using var ids = new TokenBuffer();
        foreach (var golden in TokenGolden.Read(SharedMaterial.PathOf($"tokenizers/goldens/xlmr.{goldens}.jsonl.gz"), $"ids_{header}"))
        {
            ids.Clear();
            tokenizer.Encode(golden.Text, TextMode.UserText, ids);
            Assert.Equal(-1, ids.Ids.IndexOfAny(control));
            if (!golden.Text.AsSpan().ContainsAny('<', '\uFF1C'))
            {
                Assert.True(ids.Ids.SequenceEqual(golden.Ids));
            }
        }
    }

    [SharedTheory]
    [InlineData("</s>")]
    [InlineData("\uFF1C/\uFF53\uFF1E")]
    [InlineData("<\uFF4D\uFF41\uFF53\uFF4B>")]
    [InlineData("<unk>")]
    public void A_spelled_out_control_token_is_text_to_users_and_a_token_in_parity_mode(string text)
    {
        var tokenizer = XlmRobertaFiles.Get("C");
        using var ids = new TokenBuffer();
        tokenizer.Encode(text, TextMode.Parity, ids);
        Assert.InRange(ids.Count, 1, 2);
        ids.Clear();
        tokenizer.Encode(text, TextMode.UserText, ids);
        Assert.InRange(ids.Count, 3, 8);
        Assert.DoesNotContain(3, ids.Ids.ToArray());
    }
}
