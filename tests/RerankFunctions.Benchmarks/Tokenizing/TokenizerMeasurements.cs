using BenchmarkDotNet.Attributes;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Benchmarks.Tokenizing;

/// <summary>One pass over the corpus on one thread, a text a call, as the engine encodes documents.</summary>
[MemoryDiagnoser]
public class TokenizerMeasurements
{
    private string[] _texts = [];
    private string _word = "";
    private byte[] _json = [];
    private HuggingFaceTokenizer _tokenizer = null!;

    /// <summary>The vocabulary.</summary>
    [ParamsSource(nameof(Vocabularies))]
    public string Vocabulary { get; set; } = "";

    /// <summary>The vocabularies measured.</summary>
    public static IEnumerable<string> Vocabularies => TokenizerCorpus.Vocabularies;

    [GlobalSetup]
    public void Load()
    {
        _json = TokenizerCorpus.ReadVocabulary(Vocabulary);
        _tokenizer = TokenizerLoader.Parse(_json, Vocabulary);
        _texts = TokenizerCorpus.ReadTexts();
        var random = new Random(1);
        _word = string.Create(80_000, random, static (word, source) =>
        {
            foreach (ref var unit in word)
            {
                unit = (char)('a' + source.Next(26));
            }
        });
    }

    /// <summary>Encodes every text.</summary>
    /// <returns>The tokens that came out.</returns>
    [Benchmark]
    public int Corpus()
    {
        using var ids = new TokenBuffer(64 * 1024);
        var tokens = 0;
        foreach (var text in _texts)
        {
            ids.Clear();
            _tokenizer.Encode(text, TextMode.UserText, ids);
            tokens += ids.Count;
        }

        return tokens;
    }

    /// <summary>Encodes a single word of 80,000 letters.</summary>
    [Benchmark]
    public int LongWord()
    {
        using var ids = new TokenBuffer(64 * 1024);
        _tokenizer.Encode(_word, TextMode.UserText, ids);
        return ids.Count;
    }

    /// <summary>Reads the vocabulary.</summary>
    [Benchmark]
    public int LoadVocabulary() => TokenizerLoader.Parse(_json, Vocabulary).VocabularySize;
}
