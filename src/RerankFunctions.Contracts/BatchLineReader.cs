namespace RerankFunctions.Contracts;

/// <summary>
/// Reads lines of a batch's input. A line is a request with <c>custom_id</c> beside its fields, or a line of OpenAI's batches:
/// <c>{"custom_id", "method", "url", "body"}</c>. Its errors are those of the HTTP API; paths in a body begin with <c>/body</c>.
/// </summary>
/// <param name="reader">Reads the requests.</param>
public sealed class BatchLineReader(RerankRequestReader reader)
{
    /// <summary>Reads a line.</summary>
    /// <param name="line">The line's bytes, without its end.</param>
    public BatchLine Read(ReadOnlyMemory<byte> line)
    {
        var envelope = BatchLineEnvelope.Read(line);
        if (envelope.Problem is not null)
        {
            return new BatchLine(envelope.CustomId, null, envelope.Problem);
        }

        try
        {
            return new BatchLine(envelope.CustomId, envelope.IsWrapped ? ReadBody(envelope.Request) : reader.ReadChecked(envelope.Request), null);
        }
        catch (ProblemException exception)
        {
            return new BatchLine(envelope.CustomId, null, exception.Problem);
        }
    }

    private RerankRequest ReadBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            return reader.ReadChecked(body);
        }
        catch (ProblemException exception)
        {
            throw new ProblemException(exception.Problem.Within("/body"));
        }
    }
}
