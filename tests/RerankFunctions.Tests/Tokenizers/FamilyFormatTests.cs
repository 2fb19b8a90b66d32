using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tests.Tokenizers;

public sealed class FamilyFormatTests
{
    private const string Bert = """{"type":"BertProcessing","sep":["</s>",2],"cls":["<s>",0]}""";

    /// <summary>File, place in it, what is put there (JSON; empty to remove it), and what the error names.</summary>
    public static TheoryData<string, string, string, string> Damages => new()
    {
        { "qwen2", "normalizer", """{"type":"NFKC"}""", "NFKC" },
        { "qwen2", "normalizer", """{"type":"NFC","form":1}""", "form" },
        { "qwen2", "pre_tokenizer", "null", "ByteLevel" },
        { "qwen2", "pre_tokenizer", """{"type":"Whitespace"}""", "Whitespace" },
        { "qwen2", "pre_tokenizer.pretokenizers", "[]", "Split" },
        { "qwen2", "pre_tokenizer.pretokenizers.0.pattern.Regex", "\"\\\\w+\"", "Regex" },
        { "qwen2", "pre_tokenizer.pretokenizers.0.behavior", "\"Removed\"", "behavior" },
        { "qwen2", "pre_tokenizer.pretokenizers.0.invert", "true", "invert" },
        { "qwen2", "pre_tokenizer.pretokenizers.1.use_regex", "true", "pretokenizers[1]" },
        { "qwen2", "pre_tokenizer.pretokenizers.1.add_prefix_space", "1", "add_prefix_space" },
        { "qwen2", "model.type", "\"WordLevel\"", "WordLevel" },
        { "qwen2", "model.dropout", "0.1", "dropout" },
        { "qwen2", "model.byte_fallback", "true", "byte_fallback" },
        { "qwen2", "model.continuing_subword_prefix", "\"##\"", "continuing_subword_prefix" },
        { "qwen2", "model.end_of_word_suffix", "\"</w>\"", "end_of_word_suffix" },
        { "qwen2", "model.ignore_merges", "\"yes\"", "ignore_merges" },
        { "qwen2", "model.novelty", "1", "novelty" },
        { "qwen2", "model.merges", "", "merges" },
        { "qwen2", "model.merges", "{}", "merges" },
        { "qwen2", "model.merges", "[1]", "merges" },
        { "qwen2", "model.merges", """[["a"]]""", "merges" },
        { "qwen2", "model.merges", """["a b c"]""", "a b c" },
        { "qwen2", "model.merges", """[["a","none"]]""", "none" },
        { "qwen2", "model.merges", """[["z","z"],["zz","q"]]""", "zz" },
        { "qwen2", "model.vocab", "[]", "vocab" },
        { "qwen2", "model.vocab", "{}", "vocab" },
        { "qwen2", "model.vocab.a", "1.5", "integer" },
        { "qwen2", "model.vocab.a", "-1", "integer" },
        { "qwen2", "model.vocab.a", "\"7\"", "integer" },
        { "qwen2", "model.vocab.a", "2147483647", "gap" },
        { "qwen2", "model.vocab.a", "99999999999", "integer" },
        { "qwen2", "model.vocab.a", "0", "0" },
        { "qwen2", "model.vocab.Ġ", "577", "gap" },
        { "qwen2", "model.vocab.!", "", "vocab" },
        { "bert-uncased", "normalizer", "null", "BertNormalizer" },
        { "bert-uncased", "normalizer.type", "\"Lowercase\"", "Lowercase" },
        { "bert-uncased", "normalizer.lowercase", "null", "lowercase" },
        { "bert-uncased", "pre_tokenizer", "null", "BertPreTokenizer" },
        { "bert-uncased", "pre_tokenizer.type", "\"Punctuation\"", "Punctuation" },
        { "bert-uncased", "model.unk_token", "\"[NONE]\"", "[NONE]" },
        { "bert-uncased", "model.unk_token", "", "unk_token" },
        { "bert-uncased", "model.max_input_chars_per_word", "-1", "max_input_chars_per_word" },
        { "bert-uncased", "model.max_input_chars_per_word", "\"100\"", "max_input_chars_per_word" },
        { "bert-uncased", "model.max_input_chars_per_word", "1025", "1024" },
        { "bert-uncased", $"model.vocab.{new string('x', 1025)}", "475", "1024" },
        { "bert-uncased", "model.vocab.[MASK]", "", "gap" },
        { "bert-uncased", "model.continuing_subword_prefix", "7", "continuing_subword_prefix" },
        { "bert-uncased", "model.vocab.a", "1", "id 1" },
        { "bert-uncased", "decoder.cleanup", "7", "cleanup" },
        { "unigram-reranker", "version", "\"2.0\"", "version" },
        { "unigram-reranker", "novelty", "1", "novelty" },
        { "unigram-reranker", "model", "", "model" },
        { "unigram-reranker", "model.type", "1", "model.type" },
        { "unigram-reranker", "model.unk_id", "", "unk_id" },
        { "unigram-reranker", "model.unk_id", "477", "unk_id" },
        { "unigram-reranker", "model.byte_fallback", "true", "byte_fallback" },
        { "unigram-reranker", "model.vocab", "[]", "vocab" },
        { "unigram-reranker", "model.vocab", "{}", "vocab" },
        { "unigram-reranker", "model.vocab.7", "[\"x\"]", "number 7" },
        { "unigram-reranker", "model.vocab.7", "[1, 2]", "number 7" },
        { "unigram-reranker", "model.vocab.7", "[\"\", 2]", "number 7" },
        { "unigram-reranker", "model.vocab.7", "[\"<s>\", -1]", "numbers 0 and 7" },
        { "unigram-reranker", "model.vocab.7.1", "\"1\"", "number 7" },
        { "unigram-reranker", "model.vocab.7.1", "1e999", "number 7" },
        { "unigram-reranker", "model.vocab.7.1", "-1e308", "number 7" },
        { "unigram-reranker", "model.vocab.7.1", "1000000001", "number 7" },
        { "unigram-reranker", "normalizer.type", "\"NFKC\"", "NFKC" },
        { "unigram-reranker", "normalizer.normalizers", "1", "normalizers" },
        { "unigram-reranker", "normalizer.normalizers.0.precompiled_charsmap", "\"!\"", "base64" },
        { "unigram-reranker", "normalizer.normalizers.0.precompiled_charsmap", "\"AAAA\"", "damaged" },
        { "unigram-reranker", "normalizer.normalizers.0.precompiled_charsmap", "\"BAAAAAAFAAA=\"", "damaged" },
        { "unigram-reranker", "normalizer.normalizers.1.strip_left", "0", "strip_left" },
        { "unigram-reranker", "normalizer.normalizers.2.pattern.Regex", "\"x+\"", "Regex" },
        { "unigram-reranker", "normalizer.normalizers.2.pattern", "{\"String\":\"\"}", "String" },
        { "unigram-reranker", "normalizer.normalizers.0.precompiled_charsmap", $"\"{LongReplacement(257)}\"", "256 bytes" },
        { "unigram-reranker", "normalizer.normalizers.0.precompiled_charsmap", $"\"{LongReplacement(256)}\"", "64 characters" },
        { "unigram-reranker", "normalizer.normalizers.2.content", $"\"{new string('x', 1024)}\"", "64 characters" },
        { "unigram-reranker", "pre_tokenizer.type", "\"Digits\"", "Digits" },
        { "unigram-reranker", "pre_tokenizer.prepend_scheme", "\"sometimes\"", "sometimes" },
        { "unigram-reranker", "pre_tokenizer.add_prefix_space", "false", "add_prefix_space" },
        { "unigram-reranker", "pre_tokenizer.replacement", "\"__\"", "replacement" },
        { "unigram-reranker", "pre_tokenizer.replacement", "\" \"", "replacement" },
        { "unigram-reranker", "post_processor.type", "\"Unknown\"", "Unknown" },
        { "unigram-reranker", "post_processor", Sequence("""{"type":"Sequence","processors":[]}"""), "processors[0]" },
        { "unigram-reranker", "post_processor", Sequence(Bert, Bert), "processors[1]" },
        { "unigram-reranker", "post_processor", """{"type":"Sequence"}""", "processors" },
        { "unigram-reranker", "post_processor.pair.1.Sequence.id", "\"C\"", "Sequence.id" },
        { "unigram-reranker", "post_processor.pair.0.SpecialToken.id", "\"<none>\"", "special_tokens" },
        { "unigram-reranker", "post_processor.special_tokens.<s>.ids", "[99999]", "99999" },
        { "unigram-reranker", "added_tokens.0.id", "5", "added_tokens" },
        { "unigram-reranker", "added_tokens.0.id", "1", "added_tokens[1]" },
        { "unigram-reranker", "added_tokens.1.content", "\"<s>\"", "added_tokens[1]" },
        { "unigram-reranker", "added_tokens.1.lstrip", "", "lstrip" },
        { "unigram-reranker", "added_tokens.1.content", $"\"{new string('x', 1025)}\"", "1024" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_file_is_refused_with_what_is_wrong(string name, string place, string json, string named)
    {
        var root = JsonNode.Parse(File.ReadAllText(TokenGolden.PathOf($"{name}.tokenizer.json")))!;
        Put(root, place.Split('.'), json);
        var exception = Assert.Throws<TokenizerFormatException>(() => TokenizerLoader.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "damaged.json"));
        Assert.StartsWith("damaged.json", exception.Message, StringComparison.Ordinal);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Added_tokens_are_bounded_together()
    {
        var root = JsonNode.Parse(File.ReadAllText(TokenGolden.PathOf("unigram-reranker.tokenizer.json")))!;
        var tokens = root["added_tokens"]!.AsArray();
        for (var number = 0; number < 1024; number++)
        {
            var token = tokens[0]!.DeepClone();
            (token["id"], token["content"]) = (10_000 + number, $"{number:0000}{new string('x', 1020)}");
            tokens.Add(token);
        }

        var exception = Assert.Throws<TokenizerFormatException>(() => TokenizerLoader.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "large.json"));
        Assert.Contains("added_tokens has tokens of more than", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_that_spell_a_control_token_are_refused()
    {
        var root = JsonNode.Parse(File.ReadAllText(TokenGolden.PathOf("qwen2.tokenizer.json")))!;
        var token = (JsonObject)root["added_tokens"]![0]!;
        (token["content"], token["id"]) = ("!", root["model"]!["vocab"]!["!"]!.GetValue<int>());
        var exception = Assert.Throws<TokenizerFormatException>(() => TokenizerLoader.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "control.json"));
        Assert.Contains("\"!\"", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen2-ignore-merges", "ignore_merges")]
    [InlineData("gpt2", "unk_token")]
    public void A_vocabulary_without_some_bytes_leaves_no_room_for_guesses(string name, string named)
    {
        var json = File.ReadAllText(TokenGolden.PathOf($"{name}.tokenizer.json"))
            .Replace("\"unk_token\":null", "\"unk_token\":\"!\"", StringComparison.Ordinal);
        TokenizerLoader.Parse(Encoding.UTF8.GetBytes(json), "whole.json");
        var lacking = json.Replace("\"unk_token\":\"!\"", named == "unk_token" ? "\"unk_token\":\"!\"" : "\"unk_token\":null", StringComparison.Ordinal)
            .Replace("\"À\":192", "\"À none\":192", StringComparison.Ordinal);
        var exception = Assert.Throws<TokenizerFormatException>(() => TokenizerLoader.Parse(Encoding.UTF8.GetBytes(lacking), "lacking.json"));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_without_a_token_vanish()
    {
        var json = File.ReadAllText(TokenGolden.PathOf("qwen2.tokenizer.json")).Replace("\"ð\":240", "\"ð none\":240", StringComparison.Ordinal);
        var tokenizer = TokenizerLoader.Parse(Encoding.UTF8.GetBytes(json), "lacking.json");
        Assert.Equal([0x9F, 0x98, 0x80, 'x'], tokenizer.EncodeToIds("\U0001F600x"));
    }

    // A trie whose first cell leads to a leaf with one replacement. Cells: offset 2 with a leaf; its leaf at 0 ^ 2.
    private static string LongReplacement(int length)
    {
        uint[] trie = [(2 << 10) | 0x100, 0, 0x8000_0000];
        byte[] bytes = [12, 0, 0, 0, .. MemoryMarshal.AsBytes(trie.AsSpan()), .. Enumerable.Repeat((byte)'x', length), 0];
        return Convert.ToBase64String(bytes);
    }

    private static string Sequence(params string[] processors) => $$"""{"type":"Sequence","processors":[{{string.Join(',', processors)}}]}""";

    private static void Put(JsonNode root, string[] path, string json)
    {
        var parent = path[..^1].Aggregate(root, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        if (parent is JsonArray items)
        {
            items[int.Parse(path[^1], CultureInfo.InvariantCulture)] = JsonNode.Parse(json);
            return;
        }

        if (json.Length == 0)
        {
            parent.AsObject().Remove(path[^1]);
        }
        else
        {
            parent[path[^1]] = JsonNode.Parse(json);
        }
    }
}
