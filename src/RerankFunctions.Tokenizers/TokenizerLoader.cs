using System.Collections.Frozen;
using System.Text.Json;
using RerankFunctions.Tokenizers.Added;
using RerankFunctions.Tokenizers.Bpe;
using RerankFunctions.Tokenizers.Decoding;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Pipelines;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Unigram;
using RerankFunctions.Tokenizers.WordPiece;

namespace RerankFunctions.Tokenizers;

/// <summary>
/// Reads a Hugging Face <c>tokenizer.json</c>. A component that it cannot reproduce exactly is an error that names the component.
/// <c>truncation</c> and <c>padding</c> are ignored: the engine truncates by its own rule and pads micro-batches.
/// </summary>
public static class TokenizerLoader
{
    /// <summary>Maximum size of the file in bytes.</summary>
    public const int MaxFileBytes = 64 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads a tokenizer from a file.</summary>
    /// <param name="path">Path of a <c>tokenizer.json</c> of up to <see cref="MaxFileBytes"/> bytes.</param>
    /// <exception cref="TokenizerFormatException">The file is missing, unreadable, too large, damaged, or has an unknown component.</exception>
    public static HuggingFaceTokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] json;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > MaxFileBytes)
            {
                throw TooLarge(path);
            }

            json = new byte[stream.Length];
            stream.ReadExactly(json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TokenizerFormatException($"{path}: the file cannot be read: {exception.Message}", exception);
        }

        return Parse(json, path);
    }

    /// <summary>Reads a tokenizer from the bytes of a <c>tokenizer.json</c>.</summary>
    /// <param name="json">UTF-8, up to <see cref="MaxFileBytes"/> bytes.</param>
    /// <param name="name">Name of the file, for messages.</param>
    /// <exception cref="TokenizerFormatException">The file is too large, damaged, or has an unknown component.</exception>
    public static HuggingFaceTokenizer Parse(ReadOnlyMemory<byte> json, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (json.Length > MaxFileBytes)
        {
            throw TooLarge(name);
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(new JsonPart(document.RootElement, name, ""));
        }
        catch (JsonException exception)
        {
            throw new TokenizerFormatException($"{name}: the file is not valid JSON: {exception.Message}", exception);
        }
    }

    private static HuggingFaceTokenizer Read(JsonPart root)
    {
        root.AllowOnly("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        var version = root.Required("version");
        if (version.String() != "1.0")
        {
            throw version.Error("is not \"1.0\".");
        }

        var addedTokens = AddedTokenList.Read(root.Optional("added_tokens"));
        var template = PairTemplate.Read(root.Optional("post_processor"));
        var decoder = TokenDecoder.Read(root.Optional("decoder"));
        var controlIds = addedTokens.Tokens.Where(token => token.IsControl).Select(token => token.Id).Concat(template.SpecialIds).ToFrozenSet();
        var pipeline = CreatePipeline(new TokenizerParts(
            root.Required("model"), root.Optional("normalizer"), root.Optional("pre_tokenizer"), controlIds));
        CheckAddedTokens(root, addedTokens, pipeline);
        var encoder = new TextEncoder(pipeline, addedTokens, controlIds, root.Optional("added_tokens"));
        var tokenizer = new HuggingFaceTokenizer(pipeline, encoder, addedTokens, decoder, template);
        CheckTemplate(root, template, tokenizer);
        return tokenizer;
    }

    // Old files have no type. Hugging Face guesses it; this loader does not.
    private static TokenizerPipeline CreatePipeline(TokenizerParts parts) => parts.Model.Type() switch
    {
        "Unigram" => UnigramPipeline.Create(parts),
        "BPE" => ByteLevelBpePipeline.Create(parts),
        "WordPiece" => WordPiecePipeline.Create(parts),
        var type => throw parts.Model.Error($"has an unknown type: {JsonPart.Shown(type)}."),
    };

    // Hugging Face's library ignores the ids of the file: a token of the vocabulary has its id there, any other the next one behind the vocabulary.
    private static void CheckAddedTokens(JsonPart root, AddedTokenList addedTokens, TokenizerPipeline pipeline)
    {
        var next = pipeline.Size;
        foreach (var token in addedTokens.Tokens)
        {
            if (!pipeline.TryGetId(token.Content, out var id))
            {
                id = next++;
            }

            if (id != token.Id)
            {
                throw root.Required("added_tokens").Error(
                    $"gives {JsonPart.Shown(token.Content)} the id {token.Id} instead of {id}, its id in the model's vocabulary or the next one behind it.");
            }
        }
    }

    private static void CheckTemplate(JsonPart root, PairTemplate template, HuggingFaceTokenizer tokenizer)
    {
        foreach (var id in template.SpecialIds)
        {
            if (tokenizer.TokenOf(id) is null)
            {
                throw root.Required("post_processor").Error($"uses the id {id}, which is not in the vocabulary.");
            }
        }
    }

    private static TokenizerFormatException TooLarge(string name) =>
        new($"{name}: the file is larger than {MaxFileBytes} bytes.");
}
