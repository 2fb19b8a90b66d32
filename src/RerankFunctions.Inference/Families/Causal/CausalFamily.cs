using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Causal language models as rerankers: asked for yes or no, or with one label, behind the same prompt.</summary>
internal sealed class CausalFamily : IModelFamily
{
    // The published procedure of Qwen3-Reranker cuts there, though the model has more positions.
    private const int UsualMaxTokens = 8192;

    private readonly CausalSession _session;
    private readonly CausalPrompt _prompt;
    private SharedPrefix? _instruction;

    private CausalFamily(CausalSession session, CausalPrompt prompt, ModelDescription description)
    {
        _session = session;
        _prompt = prompt;
        Description = description;
    }

    /// <inheritdoc/>
    public ModelDescription Description { get; }

    /// <summary>Loads the model, runs it once and keeps the keys and values of its default instruction.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be used; the message says which file and why.</exception>
    public static CausalFamily Load(ModelLoadContext context) => Load(context, new CausalFeatures());

    /// <summary>Loads the model with some of the rewriting left out.</summary>
    internal static CausalFamily Load(ModelLoadContext context, CausalFeatures features)
    {
        var folder = context.Folder;
        var overrides = folder.Overrides;
        var maxTokens = overrides.MaxLength ?? Math.Min(folder.MaxTokens, UsualMaxTokens);
        var template = CausalTemplate.Parse(overrides.Template ?? CausalTemplate.Qwen3Reranker);
        var prompt = new CausalPrompt(context.Tokenizer, template, overrides.Instruction ?? CausalTemplate.WebSearch, maxTokens);
        var description = context.Describe() with { MaxTokens = maxTokens };
        var loader = new CausalLoader(folder.File, context.Sessions, context.Logger);
        var session = folder.Kind == FamilyKind.CausalLabel
            ? loader.OpenLabel(context.PadTokenId, overrides.Output)
            : loader.OpenYesNo(Words(context), overrides.Output, features);
        var family = new CausalFamily(session, prompt, description);
        try
        {
            family.WarmUp(folder.File.RelativePath);
            return family;
        }
        catch
        {
            family.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public EncodedJob Encode(ScoringRequest request, CancellationToken cancellationToken) => Encode(request, _prompt, TextMode.UserText, cancellationToken);

    /// <summary>Encodes with another prompt or text mode than the engine's.</summary>
    internal CausalJob Encode(ScoringRequest request, CausalPrompt prompt, TextMode mode, CancellationToken cancellationToken) =>
        new(prompt.Encode(request, mode, cancellationToken), _session.SharesPrefix, _instruction);

    /// <summary>Encodes without sharing what the pairs begin with.</summary>
    internal CausalJob EncodeApart(ScoringRequest request) => new(_prompt.Encode(request, TextMode.UserText, CancellationToken.None), shares: false, kept: null);

    /// <inheritdoc/>
    public void Score(EncodedJob job, ReadOnlySpan<int> pairs, Span<float> logits, CancellationToken cancellationToken)
    {
        try
        {
            Run((CausalJob)job, pairs, logits, cancellationToken);
        }
        catch (OnnxRuntimeException e)
        {
            throw RunFailure.Of(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _instruction?.Dispose();
        _session.Dispose();
    }

    private void Run(CausalJob encoded, ReadOnlySpan<int> pairs, Span<float> logits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rows = new ReadOnlyMemory<int>[pairs.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = encoded[pairs[i]][encoded.SharedLength..];
        }

        _session.Score(rows, encoded.Prefix(_session), logits, cancellationToken);
    }

    private static CausalWords Words(ModelLoadContext context)
    {
        int Id(string word) => context.Tokenizer.TryGetId(word, out var id)
            ? id
            : throw new ModelLoadException($"tokenizer.json has no token '{word}', which a causal reranker answers with.");

        // Padding is masked and stands behind what is read, so that any token will do.
        var config = context.Folder.Config;
        return new CausalWords(Id("yes"), Id("no"), config.PadTokenId is { } pad && pad < config.VocabularySize ? pad : 0, config.VocabularySize);
    }

    // Two rows of different lengths, so that an output of another shape shows. No user's text is in them, so that ONNX Runtime's own words may be told. Queries that share no character
    // leave in common just the tokens that no query can change: those of the instruction.
    private void WarmUp(string file)
    {
        var first = _prompt.Encode(new ScoringRequest("a", ["", "a"]), TextMode.UserText, CancellationToken.None);
        var other = _prompt.Encode(new ScoringRequest("\u4E00", [""]), TextMode.UserText, CancellationToken.None);
        var common = first[0].Span.CommonPrefixLength(other[0].Span);
        try
        {
            if (_session.SharesPrefix && common > 0)
            {
                _instruction = _session.Keep(first[0][..common], null);
            }

            using var job = new CausalJob(first, _session.SharesPrefix, _instruction);
            Run(job, [0, 1], stackalloc float[2], CancellationToken.None);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelLoadException($"{file}: a first run failed: {SessionSource.OneLine(e.Message)}", e);
        }
        catch (ScoringException e)
        {
            throw new ModelLoadException($"{file}: a first run failed: {e.Message}", e);
        }
    }
}
