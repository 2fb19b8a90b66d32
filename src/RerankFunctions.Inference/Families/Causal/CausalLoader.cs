using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The loader of causal graphs: it checks a graph, rewrites it where its shape is known, and opens it with its weights still in files.</summary>
/// <param name="folder">The folder with the ONNX file.</param>
/// <param name="sessions">Opens sessions.</param>
/// <param name="logger">Receives what is rewritten.</param>
internal sealed partial class CausalLoader(ModelFolder folder, SessionSource sessions, ILogger logger)
{
    private static readonly string[] Supported = [TokenInputs.Ids, TokenInputs.AttentionMask, TokenInputs.PositionIds];

    /// <summary>Opens the graph of a model that answers yes or no.</summary>
    /// <param name="tokens">Ids of the answers.</param>
    /// <param name="output">Name of the output with the logits; null for <c>logits</c>, or the only one.</param>
    /// <param name="features">What to rewrite.</param>
    /// <exception cref="ModelLoadException">The file cannot be used.</exception>
    public CausalSession OpenYesNo(YesNoTokens tokens, string? output, CausalFeatures features) => Open(graph =>
    {
        var logits = FindLogits(graph, output);
        var (isAtEnd, vocabularySize) = CheckVocabulary(logits, tokens);
        var pasts = PastInput.Find(graph);
        var isCut = features.CutHead && CausalGraph.CutHead(graph, logits.Name, tokens.Yes, tokens.No);
        if (!isCut)
        {
            LogHeadNotCut(logger, folder.Weights.File, features.CutHead ? "the shape of its head is unknown" : "cutting the head is switched off");
            if (!isAtEnd)
            {
                CausalGraph.TakeLast(graph, logits);
            }
        }

        var sharesPrefix = features.SharePrefix && PrefixGraph.Share(graph, pasts);
        if (sharesPrefix)
        {
            LogPrefixShared(logger, folder.Weights.File);
        }
        else
        {
            var reason = pasts.Count == 0 ? "it has no past inputs"
                : features.SharePrefix ? "the shape of its attention is unknown"
                : "sharing is switched off";
            LogPrefixNotShared(logger, folder.Weights.File, reason);
        }

        return new CausalLayout(
            isCut ? CausalOutput.Difference : isAtEnd ? CausalOutput.VocabularyAtEnd : CausalOutput.Vocabulary,
            isCut ? CausalGraph.Score : isAtEnd ? logits.Name : CausalGraph.LastLogits,
            TakesPositions(graph),
            pasts,
            sharesPrefix,
            PadsLeft: isAtEnd,
            tokens.Pad,
            isCut ? 1 : vocabularySize,
            tokens.Yes,
            tokens.No);
    });

    /// <summary>Opens the graph of a model with one label, which finds the last token that is not padding itself.</summary>
    /// <param name="pad">Returns the padding token that the model's files name; called where the graph does not say.</param>
    /// <param name="output">Name of the output with the logit; null for <c>logits</c>, or the only one.</param>
    /// <exception cref="ModelLoadException">The file cannot be used.</exception>
    public CausalSession OpenLabel(Func<int> pad, string? output) => Open(graph =>
    {
        var logits = FindLogits(graph, output);
        if (logits.Dims is not ([_] or [_, { Value: 1 or null }]))
        {
            throw new OnnxFormatException($"its output {PrintableName.Of(logits.Name)} is not [rows, 1]");
        }

        // A graph that looks for the padding token takes rows padded behind; any other takes the end of the row.
        var pooledBy = LabelPooling.PadToken(graph, TokenInputs.Ids);
        return new CausalLayout(
            CausalOutput.Label,
            logits.Name,
            TakesPositions(graph),
            PastInput.Find(graph),
            SharesPrefix: false,
            PadsLeft: pooledBy is null,
            pooledBy ?? pad(),
            VocabularySize: 1,
            Yes: 0,
            No: 0);
    });

    private static (bool IsAtEnd, int Size) CheckVocabulary(OnnxValue logits, YesNoTokens tokens)
    {
        var name = PrintableName.Of(logits.Name);
        if (logits.Dims is not [_, var length, var vocabulary])
        {
            throw new OnnxFormatException($"its output {name} is not [rows, tokens, vocabulary]");
        }

        if (vocabulary.Value is { } size && size <= Math.Max(tokens.Yes, tokens.No))
        {
            throw new OnnxFormatException($"its output {name} is over {size} tokens, but the ids of yes and no are {tokens.Yes} and {tokens.No}");
        }

        return length.Value is null or 1
            ? (length.Value is 1, (int)Math.Clamp(vocabulary.Value ?? tokens.VocabularySize, 1, int.MaxValue))
            : throw new OnnxFormatException($"its output {name} is fixed to {length.Value} tokens");
    }

    private static bool TakesPositions(OnnxGraph graph) => graph.Inputs.Exists(input => input.Name == TokenInputs.PositionIds);

    private static OnnxValue FindLogits(OnnxGraph graph, string? wanted)
    {
        var name = LogitsOutput.Find(graph.Outputs.ConvertAll(output => output.Name), wanted);
        return graph.Outputs.First(output => output.Name == name);
    }

    private static void CheckInputs(OnnxGraph graph)
    {
        var constants = graph.Initializers.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        graph.Inputs.RemoveAll(input => constants.Contains(input.Name));
        var counts = graph.Inputs.CountBy(input => input.Name).Concat(graph.Outputs.CountBy(output => output.Name));
        if (counts.FirstOrDefault(name => name.Value > 1).Key is { } twice)
        {
            throw new OnnxFormatException($"two of its inputs or outputs have the name {PrintableName.Of(twice)}");
        }

        var inputs = graph.Inputs.FindAll(input => !input.Name.StartsWith(PastInput.Prefix, StringComparison.Ordinal));
        if (TokenInputs.FindFault(inputs.ConvertAll(Declared), Supported) is { } fault)
        {
            throw new OnnxFormatException(fault);
        }
    }

    private static DeclaredTensor Declared(OnnxValue input) => new(input.Name, $"{input.ElementType}", input.Dims?.Select(static dim => dim.Value).ToArray());

    private CausalSession Open(Func<OnnxGraph, CausalLayout> rewrite)
    {
        OnnxFileValidation.Validate(folder.WeightsPath);
        try
        {
            using var graph = OnnxGraph.Open(folder.WeightsPath);
            CheckInputs(graph);
            var layout = rewrite(graph);
            if (layout is { TakesLast: false, SharesPrefix: false })
            {
                return new CausalSession(sessions.Open(folder.WeightsPath), layout);
            }

            graph.Outputs.RemoveAll(output => output.Name != layout.OutputName && !output.Name.StartsWith(CausalGraph.Names, StringComparison.Ordinal));
            graph.DropUnused();
            return new CausalSession(sessions.Open(graph.Write(), graph.Folder), layout);
        }
        catch (Exception exception) when (exception is OnnxFormatException or OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{folder.Weights.File} cannot be used: {SessionSource.OneLine(exception.Message)}", exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File}: the logits of the whole vocabulary are computed, because {Reason}.")]
    private static partial void LogHeadNotCut(ILogger logger, string file, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{File}: the tokens that all pairs of a job begin with are computed once.")]
    private static partial void LogPrefixShared(ILogger logger, string file);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{File}: the tokens that all pairs of a job begin with are computed for each pair, because {Reason}.")]
    private static partial void LogPrefixNotShared(ILogger logger, string file, string reason);
}
