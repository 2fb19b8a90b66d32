using System.Text;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Pairs;

namespace RerankFunctions.Tests.Tokenizers.Pairs;

public sealed class PairEncoderTests
{
    private const string Bert = """{"type":"BertProcessing","sep":["</s>",2],"cls":["<s>",0]}""";
    private const string ByteLevel = """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""";

    private static readonly int[] Query = [11, 12, 13, 14, 15, 16];
    private static readonly int[] Document = [21, 22, 23, 24, 25, 26, 27, 28];

    [Theory]
    [InlineData(Bert, new long[] { 0, 11, 2, 21, 22, 2 }, new long[] { 0, 0, 0, 1, 1, 1 })]
    [InlineData(
        """{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",0],"trim_offsets":true,"add_prefix_space":false}""",
        new long[] { 0, 11, 2, 2, 21, 22, 2 }, new long[] { 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("null", new long[] { 11, 21, 22 }, new long[] { 0, 1, 1 })]
    [InlineData(ByteLevel, new long[] { 11, 21, 22 }, new long[] { 0, 1, 1 })]
    [InlineData("""{"type":"Sequence","processors":[]}""", new long[] { 11, 21, 22 }, new long[] { 0, 1, 1 })]
    [InlineData($$"""{"type":"Sequence","processors":[{{ByteLevel}},{{ByteLevel}}]}""", new long[] { 11, 21, 22 }, new long[] { 0, 1, 1 })]
    [InlineData($$"""{"type":"Sequence","processors":[{{ByteLevel}},{{Bert}}]}""", new long[] { 0, 11, 2, 21, 22, 2 }, new long[] { 0, 0, 0, 1, 1, 1 })]
    [InlineData($$"""{"type":"Sequence","processors":[{{Bert}},{{ByteLevel}}]}""", new long[] { 0, 11, 2, 21, 22, 2 }, new long[] { 0, 0, 0, 1, 1, 1 })]
    public void A_pair_has_the_special_tokens_of_its_template(string postProcessor, long[] ids, long[] typeIds)
    {
        var encoder = new PairEncoder(Tokenizer(postProcessor).PairTemplate, 64);
        var fit = encoder.Fit(1, 2);
        Assert.Equal(new PairFit(1, 2, false, ids.Length), fit);
        var (actualIds, actualTypeIds) = (new long[ids.Length], new long[ids.Length]);
        encoder.Write(fit, Query, Document, actualIds, actualTypeIds);
        Assert.Equal(ids, actualIds);
        Assert.Equal(typeIds, actualTypeIds);
    }

    [Theory]
    [InlineData(20, 6, 8, 6, 8, false)]
    [InlineData(20, 6, 11, 6, 10, false)]
    [InlineData(20, 15, 8, 15, 1, false)]
    [InlineData(20, 16, 8, 15, 1, true)]
    [InlineData(20, 16, 0, 15, 0, true)]
    public void The_query_is_cut_to_three_quarters_and_then_the_document(
        int max, int query, int document, int keptQuery, int keptDocument, bool isQueryCut)
    {
        var fit = new PairEncoder(Roberta(), max).Fit(query, document);
        Assert.Equal(new PairFit(keptQuery, keptDocument, isQueryCut, keptQuery + keptDocument + 4), fit);
        Assert.InRange(fit.TotalTokens, 4, max);
    }

    [Theory]
    [InlineData(10, 6, 8, 3, 3)]
    [InlineData(11, 6, 8, 3, 4)]
    [InlineData(11, 8, 6, 4, 3)]
    [InlineData(12, 2, 8, 2, 6)]
    [InlineData(12, 8, 2, 6, 2)]
    [InlineData(64, 6, 8, 6, 8)]
    [InlineData(5, 6, 8, 0, 1)]
    public void The_longest_is_cut_first(int max, int query, int document, int keptQuery, int keptDocument)
    {
        var fit = new PairEncoder(Roberta(), max, TruncationStrategy.LongestFirst).Fit(query, document);
        Assert.Equal((keptQuery, keptDocument), (fit.QueryTokens, fit.DocumentTokens));
        Assert.Equal(keptQuery < query, fit.IsQueryCut);
    }

    [Fact]
    public void The_limit_of_the_query_always_leaves_room_for_the_document()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairEncoder(Roberta(), 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairEncoder(Roberta(), 4, TruncationStrategy.LongestFirst));
        Assert.False(PairEncoder.LeavesRoom(Roberta(), 16));
        for (var max = 17; max < 600; max++)
        {
            Assert.True(PairEncoder.LeavesRoom(Roberta(), max));
            Assert.InRange(new PairEncoder(Roberta(), max).Fit(10_000, 10_000).DocumentTokens, 1, max);
        }
    }

    [Theory]
    [InlineData(TruncationStrategy.OnlySecond)]
    [InlineData(TruncationStrategy.LongestFirst)]
    public void Tokens_beyond_those_to_read_change_nothing(TruncationStrategy strategy)
    {
        var encoder = new PairEncoder(Roberta(), 33, strategy);
        for (var query = 0; query < 80; query++)
        {
            var readQuery = Math.Min(query, encoder.QueryTokensToRead);
            for (var document = 0; document < 120; document++)
            {
                var readDocument = Math.Min(document, encoder.DocumentTokensToRead(readQuery));
                var (whole, read) = (encoder.Fit(query, document), encoder.Fit(readQuery, readDocument));
                Assert.Equal(whole, read);
                Assert.Equal(whole.DocumentTokens < document, read.DocumentTokens < readDocument);
            }
        }
    }

    [Fact]
    public void Spans_that_are_too_short_are_refused()
    {
        var encoder = new PairEncoder(Roberta(), 64);
        var fit = encoder.Fit(6, 8);
        Assert.Throws<ArgumentException>(() => encoder.Write(fit, Query.AsSpan(1), Document, new long[18], []));
        Assert.Throws<ArgumentException>(() => encoder.Write(fit, Query, Document, new long[17], []));
        Assert.Throws<ArgumentException>(() => encoder.Write(fit, Query, Document, new long[18], new long[17]));
    }

    private static PairTemplate Roberta() =>
        Tokenizer("""{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",0],"trim_offsets":true,"add_prefix_space":false}""").PairTemplate;

    private static HuggingFaceTokenizer Tokenizer(string postProcessor) => TokenizerLoader.Parse(
        Encoding.UTF8.GetBytes(
            $$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,"pre_tokenizer":null,"decoder":null,
             "post_processor":{{postProcessor}},"model":{"type":"Unigram","unk_id":1,"vocab":[["<s>",0],["<unk>",0],["</s>",0]]}
            }
            """),
        "tokenizer.json");
}
