using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Tokenizers;

public sealed class SmallGoldenTests
{
    public static TheoryData<string> Names =>
        ["qwen2", "gpt2", "gpt2-prefix", "qwen2-ignore-merges", "bert-uncased", "bert-cased", "bert-accents", "bert-raw",
         "unigram-roberta", "unigram-bge", "unigram-reranker", "unigram-first", "unigram-whole"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Ids_and_decoded_text_are_those_of_Hugging_Face(string name) =>
        TokenGolden.AssertAll(Load(name), TokenGolden.Read(TokenGolden.PathOf($"{name}.goldens.jsonl")));

    [Theory]
    [MemberData(nameof(Names))]
    public void No_control_id_comes_out_of_a_text_of_users(string name)
    {
        var tokenizer = Load(name);
        int[] control = [.. new[] { "<|im_start|>", "<|im_end|>", "<think>", "</think>", "<s>", "</s>", "[CLS]", "[SEP]", "[MASK]", "[PAD]" }
            .Select(token => tokenizer.TryGetId(token, out var id) ? id : -1).Where(id => id >= 0)];
        Assert.NotEmpty(control);
        using var ids = new TokenBuffer();
        foreach (var golden in TokenGolden.Read(TokenGolden.PathOf($"{name}.goldens.jsonl")))
        {
            ids.Clear();
            tokenizer.Encode(golden.Text, TextMode.UserText, ids);
            Assert.DoesNotContain(ids.Ids.ToArray(), id => control.Contains(id));
            if (!golden.Ids.Any(id => control.Contains(id)) && golden.Text.AsSpan().IndexOfAny('<', '\uFF1C') < 0)
            {
                Assert.Equal(golden.Ids, ids.Ids.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encoding_allocates_nothing_for_a_token(string name)
    {
        var tokenizer = Load(name);
        var text = string.Join(' ', TokenGolden.Read(TokenGolden.PathOf($"{name}.goldens.jsonl")).Take(27).Select(golden => golden.Text));
        text = string.Concat(Enumerable.Repeat(text, 20));
        using var ids = new TokenBuffer(64 * 1024);
        var least = long.MaxValue;
        for (var i = 0; i < 6; i++)
        {
            ids.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            tokenizer.Encode(text, TextMode.UserText, ids);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // Code that is not optimized yet boxes a little in the calls of a text, whatever its length.
        Assert.InRange(least, 0, 1000);
        Assert.True(ids.Count > 5_000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_do_not_disturb_each_other(string name)
    {
        var tokenizer = Load(name);
        TokenGolden[] goldens = [.. TokenGolden.Read(TokenGolden.PathOf($"{name}.goldens.jsonl"))];
        Parallel.For(0, 8, _ =>
        {
            using var ids = new TokenBuffer();
            foreach (var golden in goldens)
            {
                ids.Clear();
                tokenizer.Encode(golden.Text, TextMode.Parity, ids);
                Assert.True(ids.Ids.SequenceEqual(golden.Ids));
            }
        });
    }

    private static HuggingFaceTokenizer Load(string name) => TokenGolden.Load(TokenGolden.PathOf($"{name}.tokenizer.json"));
}
