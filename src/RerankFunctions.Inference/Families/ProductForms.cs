using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Graphs;
using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Quantization;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families;

/// <summary>
/// Chooses how the matrix products of a built graph are computed. For 8 bits, a sample is run in floats first, and products that would suffer stay so.
/// </summary>
/// <param name="source">What the graph is built from.</param>
/// <param name="sessions">Opens sessions.</param>
/// <param name="encoding">How weights of 8 bits are stored.</param>
/// <param name="logger">Receives how many products stay in floats.</param>
internal sealed partial class ProductForms(GraphSource source, SessionSource sessions, WeightEncoding encoding, ILogger logger)
{
    /// <summary>Returns how the products are computed.</summary>
    /// <param name="build">Builds the graph.</param>
    /// <param name="sample">Returns the sample.</param>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot run the graph.</exception>
    public LinearForm Choose(Func<GraphBuilder, BuiltGraph> build, Func<SampleRow> sample, CancellationToken cancellationToken) => source.Precision switch
    {
        Precision.Int8 => new RowQuantizedLinear(encoding, FindFloatProducts(build, sample(), cancellationToken)),
        Precision.Int4 => new BlockQuantizedLinear(),
        _ => new FloatLinear(),
    };

    private IReadOnlySet<int> FindFloatProducts(Func<GraphBuilder, BuiltGraph> build, SampleRow row, CancellationToken cancellationToken)
    {
        // What is to be said of the files is said when the graph that runs is built.
        var measuring = new MeasuringLinear();
        using var graph = build(new GraphBuilder(source, measuring, NullLogger.Instance, cancellationToken));
        using var session = sessions.OpenOnce(graph.Model, graph.Folder);
        var inputs = session.InputMetadata.Keys.ToDictionary(name => name, name => InputOf(name, row), StringComparer.Ordinal);
        try
        {
            using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var results = session.Run(options, inputs, [MeasuringLinear.Losses]);
            var products = QuantizationRule.FloatProducts(results[0].GetTensorDataAsSpan<float>(), measuring.WeightLosses);
            LogQuantized(logger, source.File, products.Count, measuring.WeightLosses.Count);
            return products;
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    private static OrtValue InputOf(string name, SampleRow row)
    {
        long[] values = name switch
        {
            TokenInputs.Ids => row.Ids,
            TokenInputs.AttentionMask => [.. Enumerable.Repeat(1L, row.Ids.Length)],
            TokenInputs.TokenTypeIds => row.Types,

            // Row and position of the last token.
            _ => [0, row.Ids.Length - 1],
        };
        return OrtValue.CreateTensorValueFromMemory(values, [1, values.Length]);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{File}: {Floats} of {Products} groups of matrix products stay in floats, because 8 bits would lose too much of them.")]
    private static partial void LogQuantized(ILogger logger, string file, int floats, int products);
}
