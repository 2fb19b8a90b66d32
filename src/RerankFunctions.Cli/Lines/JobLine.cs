using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Lines;

/// <summary>A line of an input file: one job.</summary>
/// <param name="Number">Number of the line in the file, from 1.</param>
/// <param name="CustomId">The client's name of the job; null if the line has none or cannot be read.</param>
/// <param name="Body">The rerank request as JSON; empty if the line is not a job.</param>
/// <param name="Problem">Why the line is not a job; null if it is one. The request itself is not checked yet.</param>
internal sealed record JobLine(long Number, string? CustomId, ReadOnlyMemory<byte> Body, Problem? Problem)
{
    /// <summary>Reads a line.</summary>
    /// <param name="number">Number of the line, from 1.</param>
    /// <param name="line">The line without its end.</param>
    public static JobLine Read(long number, ReadOnlyMemory<byte> line)
    {
        var envelope = BatchLineEnvelope.Read(line);
        return new JobLine(number, envelope.CustomId, envelope.Request, envelope.Problem);
    }
}
