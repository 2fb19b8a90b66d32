using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Graphs;
using RerankFunctions.Inference.Graphs.Quantization;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Sessions;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Inference.Families;

/// <summary>The parts that a family is loaded from.</summary>
/// <param name="Folder">The checked model folder.</param>
/// <param name="Tokenizer">The folder's tokenizer; all its ids are below the model's vocabulary size.</param>
/// <param name="Sessions">Opens ONNX Runtime sessions on the device in use.</param>
/// <param name="Logger">Receives what an operator should know of the load.</param>
internal sealed record ModelLoadContext(
    ModelFolder Folder,
    HuggingFaceTokenizer Tokenizer,
    SessionSource Sessions,
    ILogger Logger)
{
    /// <summary>Maximum size of the keys and values that a causal model keeps of prefixes, in bytes (<see cref="ModelOptions.PrefixCacheBytes"/>).</summary>
    public long PrefixCacheBytes { get; init; } = ModelOptions.DefaultPrefixCacheBytes;

    /// <summary>What is known of the model from its folder.</summary>
    public ModelDescription Description { get => field ??= Folder.Describe(Sessions.Device); init; }

    /// <summary>How weights of 8 bits are stored.</summary>
    public WeightEncoding WeightEncoding { get; init; } = WeightEncodings.OfProcessor;

    /// <summary>Folder for weights that are converted while the model is loaded. It is created if needed.</summary>
    public string ConvertedFolder { get; init; } = Path.Combine(Path.GetTempPath(), "rerank-weights");

    /// <summary>Ends the load between two of its steps.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Reads the tokenizer and checks it against <c>config.json</c>.</summary>
    /// <exception cref="ModelLoadException"><c>tokenizer.json</c> has unsupported parts, or does not belong to the model.</exception>
    public static ModelLoadContext Create(ModelFolder folder, SessionSource sessions, ILogger logger)
    {
        HuggingFaceTokenizer tokenizer;
        try
        {
            tokenizer = TokenizerLoader.Load(folder.TokenizerPath);
        }
        catch (TokenizerFormatException exception)
        {
            throw new ModelLoadException(exception.Message, exception);
        }

        if (tokenizer.VocabularySize > folder.Config.VocabularySize)
        {
            throw new ModelLoadException(
                $"tokenizer.json has ids up to {tokenizer.VocabularySize - 1}, but config.json's 'vocab_size' is {folder.Config.VocabularySize}: "
                + "they belong to different models.");
        }

        return new ModelLoadContext(folder, tokenizer, sessions, logger);
    }

    /// <summary>Returns the id that rows are padded with: that of <c>config.json</c>, else that of the tokenizer's padding token.</summary>
    /// <exception cref="ModelLoadException">There is none, or it is outside the vocabulary.</exception>
    public int PadTokenId()
    {
        var id = Folder.Config.PadTokenId
            ?? (Folder.Settings.PadToken is { } token && Tokenizer.TryGetId(token, out var found) ? found : null as int?)
            ?? throw new ModelLoadException("config.json has no 'pad_token_id', and the tokenizer has no padding token.");
        return id < Folder.Config.VocabularySize
            ? id
            : throw new ModelLoadException($"config.json: 'pad_token_id' is {id}, outside the vocabulary of {Folder.Config.VocabularySize}.");
    }

    /// <summary>Whether the graph is built from safetensors; else the folder has one.</summary>
    public bool IsBuilt => Folder.Weights.AreSafetensors;

    /// <summary>Builds the graph from safetensors and opens its session.</summary>
    /// <param name="maxTokens">Maximum number of tokens of a row.</param>
    /// <param name="build">Builds the graph.</param>
    /// <param name="sample">Returns a row of <see cref="SampleRow.Request"/>.</param>
    /// <returns>The session and the inputs of the graph for past keys and values.</returns>
    /// <exception cref="ModelLoadException">The folder cannot be used, or ONNX Runtime cannot run the graph.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public (InferenceSession Session, IReadOnlyList<OnnxValue> Pasts) OpenBuilt(
        int maxTokens, Func<GraphBuilder, BuiltGraph> build, Func<SampleRow> sample)
    {
        var source = new GraphSource(
            Folder.Path,
            Folder.Weights.File,
            Folder.Weights.Precision,
            maxTokens,
            Tokenizer.VocabularySize,
            ConvertedFolder,
            Folder.SettingNames.Dtype);
        try
        {
            var linear = new ProductForms(source, Sessions, WeightEncoding, Logger).Choose(build, sample, CancellationToken);
            using var graph = build(new GraphBuilder(source, linear, Logger, CancellationToken));
            CancellationToken.ThrowIfCancellationRequested();
            return (Sessions.Open(graph.Model, graph.Folder), graph.Pasts);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or IOException)
        {
            throw new ModelLoadException($"{source.File} cannot be loaded: {SessionSource.OneLine(exception.Message)}", exception);
        }
    }

    /// <summary>Opens the session of the folder's ONNX file.</summary>
    /// <exception cref="ModelLoadException">The file is damaged, or ONNX Runtime cannot run it.</exception>
    public InferenceSession OpenModel()
    {
        OnnxFileValidation.Validate(Folder.WeightsPath);
        try
        {
            return Sessions.Open(Folder.WeightsPath);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or OnnxFormatException or IOException)
        {
            throw new ModelLoadException($"{Folder.Weights.File} cannot be loaded: {SessionSource.OneLine(exception.Message)}", exception);
        }
    }
}
