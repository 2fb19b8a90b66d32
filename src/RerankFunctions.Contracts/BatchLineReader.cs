using System.Buffers;
using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>
/// Reads lines of a batch's input. A line is a request with <c>custom_id</c> beside its fields, or a line of OpenAI's batches:
/// <c>{"custom_id", "method", "url", "body"}</c>. Its errors are those of the HTTP API; paths in a body begin with <c>/body</c>.
/// </summary>
/// <param name="reader">Reads the requests.</param>
public sealed class BatchLineReader(RerankRequestReader reader)
{
    private const string Json = "application/json";

    /// <summary>The paths that a line's <c>url</c>, or a batch's <c>endpoint</c>, can name.</summary>
    public static IReadOnlyList<string> Endpoints { get; } = ["/v1/rerank", "/v2/rerank", "/rerank", "/v1/jobs"];

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line's bytes, without its end.</param>
    public BatchLine Read(ReadOnlyMemory<byte> line)
    {
        string? customId = null;
        try
        {
            JsonBody.Check(new ReadOnlySequence<byte>(line));
            var envelope = ReadEnvelope(line);
            customId = envelope.CustomId;
            if (envelope.Errors.Count > 0)
            {
                return new BatchLine(customId, null, Problem.InvalidFields(envelope.Errors));
            }

            return new BatchLine(customId, envelope.Body is { } body ? ReadBody(line[body]) : reader.Read(Json, line), null);
        }
        catch (ProblemException exception)
        {
            return new BatchLine(customId, null, exception.Problem);
        }
    }

    private RerankRequest ReadBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            return reader.Read(Json, body);
        }
        catch (ProblemException exception) when (exception.Problem.Errors is { } errors)
        {
            throw new ProblemException(Problem.InvalidFields([.. errors.Select(error => error with { Path = $"/body{error.Path}" })]));
        }
    }

    private static Envelope ReadEnvelope(ReadOnlyMemory<byte> line)
    {
        var json = JsonBody.CreateReader(new ReadOnlySequence<byte>(line));
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new ProblemException(Problem.InvalidFields([new FieldError("", "must be an object")]));
        }

        var fields = new RequestFields();
        Range? body = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonBody.ReadText(json);
            json.Read();
            switch (name)
            {
                case "custom_id" or "method" or "url":
                    fields.Read(name, ref json);
                    break;
                case "body":
                    var start = (int)json.TokenStartIndex;
                    json.Skip();
                    body = start..(int)json.BytesConsumed;
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return Validate(fields, body);
    }

    private static Envelope Validate(RequestFields fields, Range? body)
    {
        var customId = fields.Text("custom_id", BatchLine.MaxCustomIdCharacters);
        customId = fields.Errors.Count == 0 ? customId : null;
        if (body is not null || fields.Has("method") || fields.Has("url"))
        {
            if (fields.Has("method") && fields.Text("method", int.MaxValue) is { } method && method != "POST")
            {
                fields.Report("/method", "must be POST");
            }

            if (fields.Has("url") && fields.Text("url", int.MaxValue) is { } url && !Endpoints.Contains(url))
            {
                fields.Report("/url", $"must be one of {string.Join(", ", Endpoints)}");
            }

            if (body is null)
            {
                fields.Report("/body", "is required beside method and url");
            }
        }

        return new Envelope(customId, body, fields.Errors);
    }

    private readonly record struct Envelope(string? CustomId, Range? Body, IReadOnlyList<FieldError> Errors);
}
