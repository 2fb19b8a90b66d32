using System.Buffers;
using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>
/// A line of candidate sets and the request in it, in either form: a request with <c>custom_id</c> beside its fields, or a line of OpenAI's batches:
/// <c>{"custom_id", "method", "url", "body"}</c>. The request itself is not checked yet.
/// </summary>
/// <param name="CustomId">What the client calls the line; null where it names none or cannot be read.</param>
/// <param name="Request">The request, a part of the line; empty where the line is not valid.</param>
/// <param name="IsWrapped">Whether the request is the line's <c>body</c>, so that paths of errors begin there.</param>
/// <param name="Problem">What is wrong; null where the line is valid.</param>
public sealed record BatchLineEnvelope(string? CustomId, ReadOnlyMemory<byte> Request, bool IsWrapped, Problem? Problem)
{
    /// <summary>The paths that a line's <c>url</c>, or a batch's <c>endpoint</c>, can name.</summary>
    public static IReadOnlyList<string> Endpoints { get; } = ["/v1/rerank", "/v2/rerank", "/rerank", "/v1/jobs"];

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line's bytes, without its end.</param>
    public static BatchLineEnvelope Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            JsonBody.Check(new ReadOnlySequence<byte>(line));
            return ReadObject(line);
        }
        catch (ProblemException exception)
        {
            return new BatchLineEnvelope(null, default, IsWrapped: false, exception.Problem);
        }
    }

    private static BatchLineEnvelope ReadObject(ReadOnlyMemory<byte> line)
    {
        var json = JsonBody.OpenChecked(new ReadOnlySequence<byte>(line));
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

        return Validate(fields, line, body);
    }

    private static BatchLineEnvelope Validate(RequestFields fields, ReadOnlyMemory<byte> line, Range? body)
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

        return fields.Errors.Count > 0
            ? new BatchLineEnvelope(customId, default, IsWrapped: false, Problem.InvalidFields(fields.Errors))
            : new BatchLineEnvelope(customId, body is { } part ? line[part] : line, IsWrapped: body is not null, Problem: null);
    }
}
