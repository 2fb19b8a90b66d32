using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Opens the graph of a causal reranker: checked, rewritten where it is of a known shape, and given to ONNX Runtime with its weights still beside it.</summary>
/// <param name="file">The ONNX file.</param>
/// <param name="sessions">Opens sessions.</param>
/// <param name="logger">Told what was rewritten.</param>
internal sealed partial class CausalLoader(OnnxFile file, SessionSource sessions, ILogger logger)
{
    private static readonly string[] KnownInputs = ["input_ids", "attention_mask", "position_ids"];

    /// <summary>Opens the graph for yes or no.</summary>
    /// <param name="words">Ids that are looked at.</param>
    /// <param name="output">Name of the output with the logits; null for <c>logits</c>, or the only one that is no key or value.</param>
    /// <param name="features">What to rewrite.</param>
    /// <exception cref="ModelLoadException">The file cannot be used.</exception>
    public CausalSession OpenYesNo(CausalWords words, string? output, CausalFeatures features) => Open(graph =>
    {
        var logits = LogitsOf(graph, output);
        if (logits.Dims is not [_, var length, var vocabulary])
        {
            throw new OnnxFormatException($"its output {PrintableName.Of(logits.Name)} is not [rows, tokens, vocabulary]");
        }

        if (vocabulary.Value is { } size && size <= Math.Max(words.Yes, words.No))
        {
            throw new OnnxFormatException($"its output {PrintableName.Of(logits.Name)} is over {size} words, but the tokenizer's yes and no are {words.Yes} and {words.No}");
        }

        var isAtEnd = length.Value is 1;
        if (length.Value is not null && !isAtEnd)
        {
            throw new OnnxFormatException($"its output {PrintableName.Of(logits.Name)} is of {length.Value} tokens always");
        }

        var pasts = PastInput.Find(graph);
        var isCut = features.CutHead && CausalGraph.CutHead(graph, logits.Name, words.Yes, words.No);
        if (!isCut)
        {
            HeadNotCut(logger, file.RelativePath, features.CutHead ? "its head is of an unknown shape" : "it is switched off");
            if (!isAtEnd)
            {
                CausalGraph.TakeLast(graph, logits);
            }
        }

        var shares = features.SharePrefix && PrefixGraph.Share(graph, pasts);
        PrefixSharing(logger, file.RelativePath, shares ? "once" : "again", shares ? string.Empty : pasts.Count == 0 ? ": it has no past inputs" : features.SharePrefix ? ": its attention is of an unknown shape" : ": it is switched off");
        return new CausalLayout(
            isCut ? CausalOutput.Difference : isAtEnd ? CausalOutput.VocabularyAtEnd : CausalOutput.Vocabulary,
            isCut ? CausalGraph.Score : isAtEnd ? logits.Name : CausalGraph.LastLogits,
            TakesPositions(graph),
            pasts,
            shares,
            PadsLeft: isAtEnd,
            words.Pad,
            isCut ? 1 : (int)Math.Clamp(vocabulary.Value ?? words.Vocabulary, 1, int.MaxValue),
            words.Yes,
            words.No);
    });

    /// <summary>Opens the graph of a model with one label, which finds the last token that is not padding itself.</summary>
    /// <param name="pad">Gives the padding token that the model's files name, asked where the graph does not say.</param>
    /// <param name="output">Name of the output with the logit; null for <c>logits</c>, or the only one.</param>
    /// <exception cref="ModelLoadException">The file cannot be used.</exception>
    public CausalSession OpenLabel(Func<int> pad, string? output) => Open(graph =>
    {
        var logits = LogitsOf(graph, output);
        if (logits.Dims is not ([_] or [_, { Value: 1 or null }]))
        {
            throw new OnnxFormatException($"its output {PrintableName.Of(logits.Name)} is not [rows, 1]");
        }

        // Pooling by padding token takes rows padded behind; any other takes the end of the row.
        var pooledBy = LabelPooling.PadToken(graph, "input_ids");
        return new CausalLayout(
            CausalOutput.Label, logits.Name, TakesPositions(graph), PastInput.Find(graph), SharesPrefix: false, PadsLeft: pooledBy is null, pooledBy ?? pad(), Vocabulary: 1, Yes: 0, No: 0);
    });

    private static bool TakesPositions(OnnxGraph graph) => graph.Inputs.Exists(input => input.Name == "position_ids");

    private static OnnxValue LogitsOf(OnnxGraph graph, string? name)
    {
        var found = name is null
            ? graph.Outputs.Find(output => output.Name == "logits") ?? (graph.Outputs is [var only] ? only : null)
            : graph.Outputs.Find(output => output.Name == name);
        return found ?? throw new OnnxFormatException(name is null ? "it has no output logits" : $"it has no output {PrintableName.Of(name)}, which rerank.json names");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File}: logits of the whole vocabulary are computed, because {Reason}.")]
    private static partial void HeadNotCut(ILogger logger, string file, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{File}: what begins all pairs of a job is computed {Times} for them{Reason}.")]
    private static partial void PrefixSharing(ILogger logger, string file, string times, string reason);

    private CausalSession Open(Func<OnnxGraph, CausalLayout> rewrite)
    {
        OnnxFileValidation.Validate(file.Path);
        try
        {
            using var graph = OnnxGraph.Open(file.Path);
            CheckInputs(graph);
            var layout = rewrite(graph);
            if (layout is { TakesLast: false, SharesPrefix: false })
            {
                return new CausalSession(sessions.Open(file.Path), layout);
            }

            graph.Outputs.RemoveAll(output => output.Name != layout.OutputName && !output.Name.StartsWith(CausalGraph.Names, StringComparison.Ordinal));
            graph.DropUnused();
            return new CausalSession(sessions.Open(graph.Write(), graph.Folder), layout);
        }
        catch (Exception exception) when (exception is OnnxFormatException or OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{file.RelativePath} cannot be used: {SessionSource.OneLine(exception.Message)}", exception);
        }
    }

    private static void CheckInputs(OnnxGraph graph)
    {
        var constants = graph.Initializers.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        graph.Inputs.RemoveAll(input => constants.Contains(input.Name));
        if (graph.Inputs.CountBy(input => input.Name).Concat(graph.Outputs.CountBy(output => output.Name)).FirstOrDefault(name => name.Value > 1).Key is { } twice)
        {
            throw new OnnxFormatException($"two of its inputs or outputs have the name {PrintableName.Of(twice)}");
        }

        foreach (var input in graph.Inputs)
        {
            if (Array.IndexOf(KnownInputs, input.Name) >= 0 ? input.ElementType != OnnxDataType.Int64 : !input.Name.StartsWith(PastInput.Prefix, StringComparison.Ordinal))
            {
                throw new OnnxFormatException($"its input {PrintableName.Of(input.Name)} is none that a causal reranker has");
            }
        }

        if (!graph.Inputs.Exists(input => input.Name == "input_ids") || !graph.Inputs.Exists(input => input.Name == "attention_mask"))
        {
            throw new OnnxFormatException("it has no inputs input_ids and attention_mask");
        }
    }
}
