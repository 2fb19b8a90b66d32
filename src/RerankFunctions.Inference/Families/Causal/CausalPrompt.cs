using System.Buffers;
using System.Text.RegularExpressions;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>
/// Lays out pairs as the prompt of a causal reranker: ids of the head, of the body cut right to what is left, of the tail.
/// The body is tokenized as one text, so its tokens are those of the reference implementation; texts of users cannot make control tokens in it.
/// </summary>
internal sealed partial class CausalPrompt
{
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly CausalTemplate _template;
    private readonly string _instruction;
    private readonly int[] _head;
    private readonly int[] _tail;
    private readonly int _maxTokens;

    /// <summary>Prepares a template.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">The prompt.</param>
    /// <param name="instruction">Instruction of requests without one.</param>
    /// <param name="maxTokens">Tokens of a pair at most.</param>
    /// <exception cref="ModelLoadException">The template leaves no room, has control tokens inside its body, or some that the vocabulary lacks.</exception>
    public CausalPrompt(HuggingFaceTokenizer tokenizer, CausalTemplate template, string instruction, int maxTokens)
    {
        _tokenizer = tokenizer;
        _template = template;
        _instruction = instruction;
        _maxTokens = maxTokens;
        CheckMarkers(template);
        _head = Ids(template.Head, TextMode.Parity);
        _tail = Ids(template.Tail, TextMode.Parity);
        if (_head.Length + _tail.Length >= maxTokens)
        {
            throw new ModelLoadException($"The prompt's fixed parts have {_head.Length + _tail.Length} tokens: nothing is left of the {maxTokens} tokens of a pair.");
        }

        if (template.Literals.Any(literal => !Ids(literal, TextMode.Parity).AsSpan().SequenceEqual(Ids(literal, TextMode.UserText))))
        {
            throw new ModelLoadException("rerank.json: 'template' may have control tokens only before the line of the first field and after {document}.");
        }
    }

    /// <summary>Lays out the pairs of a request.</summary>
    /// <param name="request">Query, documents, instruction.</param>
    /// <param name="mode">How texts are tokenized: <see cref="TextMode.UserText"/>, but in tests of parity.</param>
    /// <param name="cancellationToken">Looked at before every document.</param>
    public CausalPairs Encode(ScoringRequest request, TextMode mode, CancellationToken cancellationToken)
    {
        var documents = request.Documents;
        var instruction = request.Instruction ?? _instruction;
        var pairs = new CausalPairs(documents.Count);
        using var empty = new TokenBuffer();
        EncodeBody(instruction, request.Query, string.Empty, mode, empty);
        var withoutDocument = empty.Ids.ToArray();
        var text = documents.Sum(document => (long)document.Length) + (documents.Count * (long)(request.Query.Length + instruction.Length));
        DocumentThreads.Run(DocumentThreads.CountFor(documents.Count, text), documents.Count, Work, cancellationToken);
        return pairs;

        void Work(int thread, IEnumerable<int> share)
        {
            using var body = new TokenBuffer(1024);
            foreach (var i in share)
            {
                body.Clear();
                EncodeBody(instruction, request.Query, documents[i], mode, body);
                Lay(pairs, i, body.Ids, withoutDocument, request.MaxTokensPerDocument ?? int.MaxValue);
            }
        }
    }

    private void Lay(CausalPairs pairs, int index, ReadOnlySpan<int> body, ReadOnlySpan<int> withoutDocument, int mostOfDocument)
    {
        // The document's tokens begin where the ids part from those of the same prompt without it.
        var documentStart = body.CommonPrefixLength(withoutDocument);
        var kept = (int)Math.Min(Math.Min(body.Length, _maxTokens - _head.Length - _tail.Length), documentStart + (long)mostOfDocument);
        pairs.Set(index, [.. _head, .. body[..kept], .. _tail], documentCut: kept < body.Length, queryCut: kept < documentStart);
    }

    // What control tokens are spelled as. In the body only the first of them: there, a word in angle brackets is text.
    [GeneratedRegex(@"<\|[^<>\s]{1,64}\|>")]
    private static partial Regex PipedMarker();

    [GeneratedRegex(@"<[^<>\s]{1,64}>")]
    private static partial Regex Marker();

    private void CheckMarkers(CausalTemplate template)
    {
        var markers = Marker().Matches(template.Head)
            .Concat(Marker().Matches(template.Tail))
            .Concat(template.Literals.SelectMany(literal => PipedMarker().Matches(literal)))
            .Select(match => match.Value);
        if (markers.FirstOrDefault(marker => !_tokenizer.TryGetId(marker, out var id) || Ids(marker, TextMode.Parity) is not [var only] || only != id) is { } missing)
        {
            throw new ModelLoadException($"The prompt has the control token '{PrintableName.Of(missing)}', which tokenizer.json does not: 'template' in rerank.json must be the prompt of this model.");
        }
    }

    private void EncodeBody(string instruction, string query, string document, TextMode mode, TokenBuffer ids)
    {
        var length = _template.LengthOf(instruction, query, document);
        var text = ArrayPool<char>.Shared.Rent(length);
        _template.Write(text, instruction, query, document);
        _tokenizer.Encode(text.AsSpan(0, length), mode, ids);
        ArrayPool<char>.Shared.Return(text);
    }

    private int[] Ids(string text, TextMode mode)
    {
        using var ids = new TokenBuffer();
        _tokenizer.Encode(text, mode, ids);
        return ids.Ids.ToArray();
    }
}
