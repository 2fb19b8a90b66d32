using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Documents;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>Encoders that read query and document together and give one logit: XLM-R, BERT, ModernBERT and their kin.</summary>
internal sealed class CrossEncoderFamily : IModelFamily
{
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly PairTokenizer _pairs;
    private readonly DocumentCutter _cutter;
    private readonly EncoderSession _session;

    private CrossEncoderFamily(HuggingFaceTokenizer tokenizer, PairEncoder encoder, EncoderSession session, ModelDescription description)
    {
        _tokenizer = tokenizer;
        _pairs = new PairTokenizer(tokenizer, encoder);
        _cutter = new DocumentCutter(tokenizer);
        _session = session;
        Description = description;
    }

    /// <inheritdoc/>
    public ModelDescription Description { get; }

    /// <summary>Loads the model and runs it once.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be used; the message says which file and why.</exception>
    public static CrossEncoderFamily Load(ModelLoadContext context)
    {
        var encoder = CreateEncoder(context);
        var session = OpenSession(context, encoder);
        try
        {
            var family = new CrossEncoderFamily(context.Tokenizer, encoder, session, context.Description);
            FirstRun.Execute(context.Folder.Weights.File, () =>
            {
                using var job = family.Encode(new ScoringRequest("", ["", "a"]), CancellationToken.None);
                FirstRun.Score(family, job);
            });
            return family;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public EncodedJob Encode(ScoringRequest request, CancellationToken cancellationToken) => _pairs.Encode(request, TextMode.UserText, cancellationToken);

    /// <summary>Encodes with another arrangement or text mode than that of requests.</summary>
    internal CrossEncoderJob Encode(ScoringRequest request, PairEncoder encoder, TextMode mode, CancellationToken cancellationToken) =>
        new PairTokenizer(_tokenizer, encoder).Encode(request, mode, cancellationToken);

    /// <inheritdoc/>
    public DocumentChunks[] Cut(ScoringRequest request, int maxChunks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var plan = ChunkPlan.Create(_pairs.RoomBeside(request.Query, cancellationToken), request.MaxTokensPerDocument, maxChunks);
        return _cutter.Cut(request.Documents, plan, cancellationToken);
    }

    /// <inheritdoc/>
    public MicroBatch CreateMicroBatch() => new EncoderMicroBatch(_session);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static PairEncoder CreateEncoder(ModelLoadContext context)
    {
        var template = context.Tokenizer.PairTemplate;
        var maxTokens = context.Folder.MaxTokens;
        if (template.SpecialTokens == 0)
        {
            throw new ModelLoadException("tokenizer.json: the 'post_processor' puts no special tokens around a pair; a cross-encoder needs them.");
        }

        return PairEncoder.LeavesRoom(template, maxTokens)
            ? new PairEncoder(template, maxTokens)
            : throw new ModelLoadException(
                $"tokenizer.json: {template.SpecialTokens} special tokens around a pair leave no room in the {maxTokens} tokens that the model takes.");
    }

    private static EncoderSession OpenSession(ModelLoadContext context, PairEncoder encoder)
    {
        var padId = context.PadTokenId();
        var session = context.IsBuilt ? context.OpenBuilt(context.Folder.MaxTokens, graphs => graphs.BuildEncoder(), Sample).Session : context.OpenModel();
        try
        {
            return new EncoderSession(session, EncoderLayout.Read(session, context.Folder.Weights.File, context.Folder.Overrides.Output, padId));
        }
        catch
        {
            session.Dispose();
            throw;
        }

        SampleRow Sample()
        {
            using var job = new PairTokenizer(context.Tokenizer, encoder).Encode(SampleRow.Request, TextMode.UserText, CancellationToken.None);
            var row = new SampleRow(new long[job.LengthOf(0)], new long[job.LengthOf(0)]);
            job.Write(0, row.Ids, row.Types);
            return row;
        }
    }
}
