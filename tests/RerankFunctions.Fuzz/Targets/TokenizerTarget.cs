using RerankFunctions.Fuzz.Mutations;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>Mutated <c>tokenizer.json</c> files: a <see cref="TokenizerFormatException"/>, or a tokenizer that gives ids of its vocabulary.</summary>
internal sealed class TokenizerTarget : IFuzzTarget
{
    private readonly List<byte[]> _files = [.. Material.Tokenizers.Select(File.ReadAllBytes)];
    private readonly TokenBuffer _ids = new();

    public Outcome Run(Random random)
    {
        var json = JsonMutation.Mutate(_files[random.Next(_files.Count)], random);
        HuggingFaceTokenizer tokenizer;
        try
        {
            tokenizer = TokenizerLoader.Parse(json, "mutated");
        }
        catch (TokenizerFormatException)
        {
            return Outcome.Refused;
        }

        foreach (var text in new[] { "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b", "Straße <s> 中文 1234 don't", TextSource.Next(random) })
        {
            foreach (var mode in Enum.GetValues<TextMode>())
            {
                _ids.Clear();
                tokenizer.Encode(text, mode, _ids);
                IdChecks.InVocabulary(_ids.Ids, tokenizer, "mutated");
                Decode(tokenizer);
            }
        }

        return Outcome.Worked;
    }

    public void Dispose() => _ids.Dispose();

    private void Decode(HuggingFaceTokenizer tokenizer)
    {
        try
        {
            _ = tokenizer.Decode(_ids.Ids.ToArray());
        }
        catch (NotSupportedException exception) when (exception.Message.Contains("unknown type", StringComparison.Ordinal))
        {
            // A decoder of another type changes no id.
        }
    }
}
