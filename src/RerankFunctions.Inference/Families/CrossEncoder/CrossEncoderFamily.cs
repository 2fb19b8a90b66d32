using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>Encoders that read query and document together and give one logit: XLM-R, BERT, ModernBERT and their kin.</summary>
internal sealed class CrossEncoderFamily : IModelFamily
{
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly PairEncoder _pairs;
    private readonly EncoderSession _session;

    private CrossEncoderFamily(HuggingFaceTokenizer tokenizer, PairEncoder pairs, EncoderSession session, ModelDescription description)
    {
        _tokenizer = tokenizer;
        _pairs = pairs;
        _session = session;
        Description = description;
    }

    /// <inheritdoc/>
    public ModelDescription Description { get; }

    /// <summary>Loads the model and runs it once.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be used; the message says which file and why.</exception>
    public static CrossEncoderFamily Load(ModelLoadContext context)
    {
        var folder = context.Folder;
        var template = context.Tokenizer.PairTemplate;
        if (template.SpecialTokens == 0)
        {
            throw new ModelLoadException("tokenizer.json: the 'post_processor' puts no special tokens around a pair; a cross-encoder needs them.");
        }

        // A query may take three quarters.
        if (folder.MaxTokens - (folder.MaxTokens * 3L / 4) <= template.SpecialTokens)
        {
            throw new ModelLoadException($"tokenizer.json: {template.SpecialTokens} special tokens around a pair leave no room in the {folder.MaxTokens} tokens that the model takes.");
        }

        var session = new EncoderSession(context.OpenModel(), folder.File.RelativePath, folder.Overrides.Output, context.PadTokenId());
        try
        {
            var family = new CrossEncoderFamily(context.Tokenizer, new PairEncoder(template, folder.MaxTokens), session, context.Describe());
            family.WarmUp(folder.File.RelativePath);
            return family;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public EncodedJob Encode(ScoringRequest request, CancellationToken cancellationToken) =>
        Encode(request, _pairs, TextMode.UserText, cancellationToken);

    /// <summary>Encodes with another layout or text mode than the engine's.</summary>
    internal CrossEncoderJob Encode(ScoringRequest request, PairEncoder pairs, TextMode mode, CancellationToken cancellationToken) =>
        PairTokenizing.Encode(request, _tokenizer, pairs, mode, cancellationToken);

    /// <inheritdoc/>
    public void Score(EncodedJob job, ReadOnlySpan<int> pairs, Span<float> logits, CancellationToken cancellationToken)
    {
        try
        {
            Run((CrossEncoderJob)job, pairs, logits, cancellationToken);
        }
        catch (OnnxRuntimeException e)
        {
            throw RunFailure.Of(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Run(CrossEncoderJob encoded, ReadOnlySpan<int> pairs, Span<float> logits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var width = 0;
        foreach (var pair in pairs)
        {
            width = Math.Max(width, encoded.LengthOf(pair));
        }

        _session.Begin(pairs.Length, width);
        for (var row = 0; row < pairs.Length; row++)
        {
            encoded.Write(pairs[row], _session.Row(EncoderSignature.InputIds, row), _session.Row(EncoderSignature.TokenTypeIds, row));
            _session.Row(EncoderSignature.AttentionMask, row)[..encoded.LengthOf(pairs[row])].Fill(1);
        }

        if (!_session.Run(logits))
        {
            throw new ScoringException("The model gave another number of logits than pairs.");
        }
    }

    // Two rows of different lengths, so that an output of another shape than [batch, 1] shows.
    // No user's text is in them, so that ONNX Runtime's own words may be told.
    private void WarmUp(string file)
    {
        using var job = Encode(new ScoringRequest("", ["", "a"]), CancellationToken.None);
        Span<float> logits = stackalloc float[2];
        try
        {
            Run((CrossEncoderJob)job, [0, 1], logits, CancellationToken.None);
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
