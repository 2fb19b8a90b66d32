using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>
/// The template of a causal reranker's prompt: a head and a tail that may hold control tokens, and between them a body with instruction, query and document.
/// The default is the published prompt of Qwen3-Reranker (huggingface.co/Qwen/Qwen3-Reranker-0.6B).
/// </summary>
internal sealed record CausalTemplate
{
    /// <summary>The default prompt.</summary>
    public const string Qwen3Reranker =
        "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. "
        + "Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n"
        + "<Instruct>: {instruction}\n<Query>: {query}\n<Document>: {document}"
        + "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";

    /// <summary>The default instruction.</summary>
    public const string WebSearch = "Given a web search query, retrieve relevant passages that answer the query";

    private const string Instruction = "{instruction}";
    private const string Query = "{query}";
    private const string Document = "{document}";

    private readonly string[] _literals;
    private readonly string[] _fields;

    private CausalTemplate(string head, string[] literals, string[] fields, string tail)
    {
        Head = head;
        Tail = tail;
        _literals = literals;
        _fields = fields;
    }

    /// <summary>The text before the body, up to the line of the first field.</summary>
    public string Head { get; }

    /// <summary>The text behind the document.</summary>
    public string Tail { get; }

    /// <summary>The fixed parts of the body, in order.</summary>
    public IReadOnlyList<string> Literals => _literals;

    /// <summary>Parses a template.</summary>
    /// <param name="text">
    /// The whole prompt with <c>{query}</c> and <c>{document}</c> once each, the document last, and <c>{instruction}</c> at most once.
    /// </param>
    /// <exception cref="ModelLoadException">A field is missing, repeated or in the wrong place.</exception>
    public static CausalTemplate Parse(string text)
    {
        var offsets = new[] { Instruction, Query, Document }
            .Select(field => (Name: field, First: text.IndexOf(field, StringComparison.Ordinal), Last: text.LastIndexOf(field, StringComparison.Ordinal)))
            .ToList();
        if (offsets.Exists(field => field.First != field.Last) || offsets[1].First < 0 || offsets[2].First < Math.Max(offsets[0].First, offsets[1].First))
        {
            throw new ModelLoadException(
                "rerank.json: 'template' must have {query} and then {document} once each, {document} last, and {instruction} at most once.");
        }

        var inOrder = offsets.Where(field => field.First >= 0).OrderBy(field => field.First).ToList();
        var start = text.AsSpan(0, inOrder[0].First).LastIndexOf('\n') + 1;
        var literals = new List<string>();
        var at = start;
        foreach (var field in inOrder)
        {
            literals.Add(text[at..field.First]);
            at = field.First + field.Name.Length;
        }

        return new CausalTemplate(text[..start], [.. literals], [.. inOrder.Select(field => field.Name)], text[at..]);
    }

    /// <summary>Returns the number of UTF-16 units of the body with these texts.</summary>
    public int LengthOf(string instruction, string query, ReadOnlySpan<char> document)
    {
        var length = 0;
        for (var i = 0; i < _fields.Length; i++)
        {
            length = checked(length + _literals[i].Length + Text(_fields[i], instruction, query, document).Length);
        }

        return length;
    }

    /// <summary>Writes the body.</summary>
    /// <param name="destination">At least <see cref="LengthOf"/> units.</param>
    /// <param name="instruction">The instruction; unused where the template has no such field.</param>
    /// <param name="query">The query.</param>
    /// <param name="document">The document.</param>
    public void Write(Span<char> destination, string instruction, string query, ReadOnlySpan<char> document)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            _literals[i].CopyTo(destination);
            destination = destination[_literals[i].Length..];
            var text = Text(_fields[i], instruction, query, document);
            text.CopyTo(destination);
            destination = destination[text.Length..];
        }
    }

    private static ReadOnlySpan<char> Text(string field, string instruction, string query, ReadOnlySpan<char> document)
    {
        return field switch
        {
            Instruction => instruction,
            Query => query,
            _ => document,
        };
    }
}
