using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Documents;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Causal language models as rerankers, with the answer yes or no or with one label, behind the same prompt.</summary>
internal sealed class CausalFamily : IModelFamily
{
    private readonly CausalSession _session;
    private readonly CausalPrompt _prompt;
    private readonly DocumentCutter _cutter;
    private TokenPrefix? _instruction;

    private CausalFamily(CausalSession session, CausalPrompt prompt, DocumentCutter cutter, PrefixCache prefixes, ModelDescription description)
    {
        _cutter = cutter;
        _session = session;
        _prompt = prompt;
        Prefixes = prefixes;
        Description = description;
    }

    /// <inheritdoc/>
    public ModelDescription Description { get; }

    /// <summary>Keys and values of prefixes.</summary>
    internal PrefixCache Prefixes { get; }

    /// <summary>Loads the model, runs it once and keeps the keys and values of its default instruction.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be used; the message says which file and why.</exception>
    public static CausalFamily Load(ModelLoadContext context) => Load(context, new CausalFeatures());

    /// <summary>Loads the model with only some of the rewriting.</summary>
    internal static CausalFamily Load(ModelLoadContext context, CausalFeatures features)
    {
        var folder = context.Folder;
        var overrides = folder.Overrides;
        var maxTokens = folder.MaxTokens;
        var template = CausalTemplate.Parse(overrides.Template ?? CausalTemplate.Qwen3Reranker);
        var prompt = new CausalPrompt(context.Tokenizer, template, overrides.Instruction ?? CausalTemplate.WebSearch, maxTokens);
        var session = OpenSession(context, prompt, maxTokens, features);
        var cutter = new DocumentCutter(context.Tokenizer);
        var family = new CausalFamily(session, prompt, cutter, new PrefixCache(session, context.PrefixCacheBytes), context.Description);
        try
        {
            FirstRun.Execute(folder.Weights.File, family.WarmUp);
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

    /// <summary>Encodes with another prompt or text mode than that of requests.</summary>
    internal CausalJob Encode(ScoringRequest request, CausalPrompt prompt, TextMode mode, CancellationToken cancellationToken) =>
        new(prompt.Encode(request, mode, cancellationToken), _session.SharesPrefix, _instruction);

    /// <summary>Encodes pairs that share no prefix.</summary>
    internal CausalJob EncodeApart(ScoringRequest request) =>
        new(_prompt.Encode(request, TextMode.UserText, CancellationToken.None), sharesPrefix: false, instruction: null);

    /// <inheritdoc/>
    public DocumentChunks[] Cut(ScoringRequest request, int maxChunks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var plan = ChunkPlan.Create(_prompt.RoomBeside(request, cancellationToken), request.MaxTokensPerDocument, maxChunks);
        return _cutter.Cut(request.Documents, plan, cancellationToken);
    }

    /// <inheritdoc/>
    public MicroBatch CreateMicroBatch() => new CausalMicroBatch(_session, Prefixes);

    /// <inheritdoc/>
    public void Dispose()
    {
        Prefixes.Dispose();
        _session.Dispose();
    }

    private static CausalSession OpenSession(ModelLoadContext context, CausalPrompt prompt, int maxTokens, CausalFeatures features)
    {
        var (folder, output) = (context.Folder, context.Folder.Overrides.Output);
        var tokens = folder.Kind == FamilyKind.CausalLabel ? null : FindTokens(context);
        if (context.IsBuilt)
        {
            return BuiltCausalGraph.Open(context, tokens, maxTokens, features.SharePrefix, Sample);
        }

        var loader = new CausalLoader(folder, context.Sessions, context.Logger);
        return tokens is null ? loader.OpenLabel(context.PadTokenId, output) : loader.OpenYesNo(tokens, output, features);

        SampleRow Sample() => new(
            Array.ConvertAll(prompt.Encode(SampleRow.Request, TextMode.UserText, CancellationToken.None)[0].ToArray(), id => (long)id), []);
    }

    private static YesNoTokens FindTokens(ModelLoadContext context)
    {
        int Id(string word) => context.Tokenizer.TryGetId(word, out var id)
            ? id
            : throw new ModelLoadException($"tokenizer.json has no token '{word}', which a causal reranker answers with.");

        // Padding is masked and stands behind the tokens that are read, so any id will do.
        var config = context.Folder.Config;
        return new YesNoTokens(Id("yes"), Id("no"), config.PadTokenId is { } pad && pad < config.VocabularySize ? pad : 0, config.VocabularySize);
    }

    // Prompts whose queries share no character have in common only the tokens that no query can change: those of the instruction.
    private void WarmUp()
    {
        var first = _prompt.Encode(new ScoringRequest("a", ["", "a"]), TextMode.UserText, CancellationToken.None);
        var other = _prompt.Encode(new ScoringRequest("\u4E00", [""]), TextMode.UserText, CancellationToken.None);
        var common = first[0].Span.CommonPrefixLength(other[0].Span);
        if (_session.SharesPrefix && common > 0)
        {
            _instruction = new TokenPrefix(first[0][..common].ToArray());
            Prefixes.KeepInstruction(_instruction);
        }

        using var job = new CausalJob(first, _session.SharesPrefix, _instruction);
        FirstRun.Score(this, job);
        Prefixes.Reset();
    }
}
