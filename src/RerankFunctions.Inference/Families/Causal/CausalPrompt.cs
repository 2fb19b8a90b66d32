using System.Buffers;
using System.Text.RegularExpressions;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Documents;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>
/// The prompt of a causal reranker as token ids: the template's head, its body cut right to what is left, its tail.
/// The body is tokenized as one text, so its tokens are those of the reference implementation. Texts of users cannot make control tokens in it.
/// </summary>
internal sealed partial class CausalPrompt
{
    // A document is first read so far, and four times as far while its tokens are too few. Most texts have fewer units per token.
    private const int MinUnits = 4096;
    private const int UnitsPerToken = 8;

    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly CausalTemplate _template;
    private readonly string _instruction;
    private readonly int[] _head;
    private readonly int[] _tail;
    private readonly int _maxTokens;

    /// <summary>Creates a prompt from a template.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">The template.</param>
    /// <param name="instruction">Instruction of requests without one.</param>
    /// <param name="maxTokens">Maximum number of tokens of a pair.</param>
    /// <exception cref="ModelLoadException">The template leaves no room, has control tokens inside its body, or some that the vocabulary lacks.</exception>
    public CausalPrompt(HuggingFaceTokenizer tokenizer, CausalTemplate template, string instruction, int maxTokens)
    {
        _tokenizer = tokenizer;
        _template = template;
        _instruction = instruction;
        _maxTokens = maxTokens;
        CheckMarkers();
        _head = Ids(template.Head, TextMode.Parity);
        _tail = Ids(template.Tail, TextMode.Parity);
        if (_head.Length + _tail.Length >= maxTokens)
        {
            throw new ModelLoadException(
                $"The prompt's fixed parts have {_head.Length + _tail.Length} tokens. They must leave room in the {maxTokens} tokens of a pair.");
        }

        if (template.Literals.Any(literal => !Ids(literal, TextMode.Parity).AsSpan().SequenceEqual(Ids(literal, TextMode.UserText))))
        {
            throw new ModelLoadException("rerank.json: 'template' may have control tokens only before the line of the first field and after {document}.");
        }
    }

    /// <summary>Tokenizes the pairs of a request and cuts them to fit.</summary>
    /// <param name="request">Query, documents and instruction.</param>
    /// <param name="mode">How texts are tokenized: <see cref="TextMode.UserText"/> except in comparisons with the reference.</param>
    /// <param name="cancellationToken">Checked before every document and during long ones.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    public CausalPairs Encode(ScoringRequest request, TextMode mode, CancellationToken cancellationToken)
    {
        var documents = request.Documents;
        var instruction = request.Instruction ?? _instruction;
        var maxDocumentTokens = request.MaxTokensPerDocument ?? int.MaxValue;
        using var empty = new TokenBuffer();
        // One token more than fits tells whether anything is cut.
        var maxBodyTokens = _maxTokens - _head.Length - _tail.Length;
        EncodeBody(instruction, request.Query, string.Empty, mode, empty, maxBodyTokens + 1, cancellationToken);
        var withoutDocument = empty.Ids.ToArray();
        var pairs = new CausalPairs(documents.Count, _head.Length + TokensBeforeDocument());
        var tokensToRead = (int)Math.Min(maxBodyTokens, withoutDocument.Length + (long)maxDocumentTokens) + 1;
        var textLength = documents.Sum(document => (long)document.Length) + (documents.Count * (long)(request.Query.Length + instruction.Length));
        Parallel.For(
            0,
            documents.Count,
            DocumentParallelism.OptionsFor(documents.Count, textLength, cancellationToken),
            static () => new TokenBuffer(1024),
            EncodePair,
            static body => body.Dispose());
        return pairs;

        // A letter changes the tokens that most documents change.
        int TokensBeforeDocument()
        {
            EncodeBody(instruction, request.Query, "a", mode, empty, maxBodyTokens + 1, cancellationToken);
            return empty.Ids.CommonPrefixLength(withoutDocument);
        }

        TokenBuffer EncodePair(int index, ParallelLoopState loop, TokenBuffer body)
        {
            EncodeBody(instruction, request.Query, documents[index], mode, body, tokensToRead, cancellationToken);
            BuildPrompt(pairs, index, body.Ids, withoutDocument, maxDocumentTokens);
            return body;
        }
    }

    /// <summary>Returns the number of tokens that a pair has room for beside the query and the instruction of a request; 0 or less for none.</summary>
    public int RoomBeside(ScoringRequest request, CancellationToken cancellationToken)
    {
        using var body = new TokenBuffer();
        var maxBodyTokens = _maxTokens - _head.Length - _tail.Length;
        EncodeBody(request.Instruction ?? _instruction, request.Query, string.Empty, TextMode.UserText, body, maxBodyTokens, cancellationToken);
        return maxBodyTokens - body.Count;
    }

    // Control tokens as they are usually spelled. In the body only the first form counts: there, a word in angle brackets is text.
    [GeneratedRegex(@"<\|[^<>\s]{1,64}\|>")]
    private static partial Regex PipedMarker();

    [GeneratedRegex(@"<[^<>\s]{1,64}>")]
    private static partial Regex Marker();

    private void BuildPrompt(CausalPairs pairs, int index, ReadOnlySpan<int> body, ReadOnlySpan<int> withoutDocument, int maxDocumentTokens)
    {
        // The document's tokens begin where the ids differ from those of the same prompt without it.
        var documentStart = body.CommonPrefixLength(withoutDocument);
        var kept = (int)Math.Min(Math.Min(body.Length, _maxTokens - _head.Length - _tail.Length), documentStart + (long)maxDocumentTokens);
        pairs.Set(index, [.. _head, .. body[..kept], .. _tail], documentCut: kept < body.Length, queryCut: kept < documentStart);
    }

    private void CheckMarkers()
    {
        var markers = Marker().Matches(_template.Head)
            .Concat(Marker().Matches(_template.Tail))
            .Concat(_template.Literals.SelectMany(literal => PipedMarker().Matches(literal)))
            .Select(match => match.Value);
        if (markers.FirstOrDefault(marker => !IsToken(marker)) is { } missing)
        {
            throw new ModelLoadException(
                $"The prompt has the control token '{PrintableName.Of(missing)}', which tokenizer.json does not have. "
                + "'template' in rerank.json must be the prompt of this model.");
        }
    }

    private bool IsToken(string marker) => _tokenizer.TryGetId(marker, out var id) && Ids(marker, TextMode.Parity) is [var only] && only == id;

    /// <summary>Tokenizes a body up to a number of tokens. Of a document that has more, only the start is copied and read.</summary>
    private void EncodeBody(
        string instruction, string query, string document, TextMode mode, TokenBuffer ids, int maxTokens, CancellationToken cancellationToken)
    {
        var isEnough = false;
        for (var units = Math.Max(MinUnits, (long)UnitsPerToken * maxTokens); !isEnough; units *= 4)
        {
            var end = units < document.Length ? _tokenizer.FindCut(document, mode, (int)units) : document.Length;
            ids.Clear();
            isEnough = !EncodeText(instruction, query, document.AsSpan(0, end), mode, ids, maxTokens, cancellationToken) || end == document.Length;
        }
    }

    private bool EncodeText(
        string instruction, string query, ReadOnlySpan<char> document, TextMode mode, TokenBuffer ids, int maxTokens, CancellationToken cancellationToken)
    {
        var length = _template.LengthOf(instruction, query, document);
        var text = ArrayPool<char>.Shared.Rent(length);
        try
        {
            _template.Write(text, instruction, query, document);
            return _tokenizer.Encode(text.AsSpan(0, length), mode, ids, maxTokens, cancellationToken);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }

    private int[] Ids(string text, TextMode mode)
    {
        using var ids = new TokenBuffer();
        _tokenizer.Encode(text, mode, ids);
        return ids.Ids.ToArray();
    }
}
