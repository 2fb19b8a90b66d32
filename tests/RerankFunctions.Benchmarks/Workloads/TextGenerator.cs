using System.Text;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Benchmarks.Workloads;

/// <summary>Jobs of made-up words: queries of 5 to 20 tokens, documents of 8 to 400 tokens with a uniform logarithm. Equal seeds give equal jobs.</summary>
internal sealed class TextGenerator
{
    private const int Words = 4_000;
    private const int MaxSyllables = 4;
    private static readonly string[] Onsets = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr"];
    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "ai", "ou"];

    private readonly Random _random;
    private readonly (string Word, int Tokens)[] _words;

    /// <summary>Makes up the words.</summary>
    /// <param name="tokenizer">Counts their tokens.</param>
    /// <param name="seed">Seed of words and jobs.</param>
    public TextGenerator(HuggingFaceTokenizer tokenizer, int seed)
    {
        _random = new Random(seed);
        _words = new (string, int)[Words];
        using var ids = new TokenBuffer();
        for (var i = 0; i < Words; i++)
        {
            var word = string.Concat(Enumerable.Range(0, _random.Next(1, MaxSyllables + 1)).Select(_ => OneOf(Onsets) + OneOf(Vowels)));
            ids.Clear();
            tokenizer.Encode($"a {word}", TextMode.UserText, ids);
            var both = ids.Count;
            ids.Clear();
            tokenizer.Encode("a", TextMode.UserText, ids);
            _words[i] = (word, Math.Max(1, both - ids.Count));
        }
    }

    /// <summary>Makes up a job.</summary>
    public ScoringRequest NextJob(int documents) => new(NextQuery(), [.. Enumerable.Range(0, documents).Select(_ => NextDocument())]);

    /// <summary>Makes up a query.</summary>
    public string NextQuery() => Next(_random.Next(5, 21));

    /// <summary>Makes up a document.</summary>
    public string NextDocument() => Next((int)(8 * Math.Pow(400 / 8.0, _random.NextDouble())));

    private string Next(int tokens)
    {
        var text = new StringBuilder();
        while (tokens > 0)
        {
            var (word, count) = _words[_random.Next(Words)];
            text.Append(text.Length > 0 ? " " : "").Append(word);
            tokens -= count;
        }

        return text.ToString();
    }

    private string OneOf(string[] parts) => parts[_random.Next(parts.Length)];
}
