using System.Text.Json;
using RerankFunctions.Fuzz.Mutations;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>Hostile texts through every tokenizer: ids of the vocabulary come out, and in user text none of a control token.</summary>
internal sealed class TextTarget : IFuzzTarget
{
    private readonly List<(string Name, HuggingFaceTokenizer Tokenizer, HashSet<int> Control)> _tokenizers =
        [.. Material.Tokenizers.Select(file => (file, TokenizerLoader.Load(file), ControlIds(file)))];

    private readonly TokenBuffer _ids = new();

    public Outcome Run(Random random)
    {
        var text = TextSource.Next(random);
        foreach (var (name, tokenizer, control) in _tokenizers)
        {
            foreach (var mode in Enum.GetValues<TextMode>())
            {
                _ids.Clear();
                tokenizer.Encode(text, mode, _ids);
                IdChecks.InVocabulary(_ids.Ids, tokenizer, name);
                if (mode == TextMode.UserText && _ids.Ids.ToArray().FirstOrDefault(control.Contains, -1) is >= 0 and var id)
                {
                    throw new InvalidOperationException($"{name}: control id {id} came out of user text.");
                }
            }

            if (tokenizer.CountTokens(text) != tokenizer.EncodeToIds(text).Count)
            {
                throw new InvalidOperationException($"{name}: CountTokens and EncodeToIds differ.");
            }

            _ = tokenizer.Decode(_ids.Ids.ToArray());
        }

        return Outcome.Worked;
    }

    public void Dispose() => _ids.Dispose();

    /// <summary>Ids of tokens that steer a model; the one for what is unknown may come out of any text.</summary>
    private static HashSet<int> ControlIds(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. json.RootElement.GetProperty("added_tokens").EnumerateArray()
            .Where(token => token.GetProperty("special").GetBoolean() && token.GetProperty("content").GetString() is not ("<unk>" or "[UNK]"))
            .Select(token => token.GetProperty("id").GetInt32())];
    }
}
