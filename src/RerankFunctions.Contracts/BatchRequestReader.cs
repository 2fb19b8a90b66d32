using System.Buffers;
using System.Text.Json;

namespace RerankFunctions.Contracts;

/// <summary>Reads and validates the body of <c>POST /v1/batches</c>. Its errors name every invalid field.</summary>
/// <param name="limits">Limits of a body and its metadata.</param>
/// <param name="containers">Containers that an input may lie in.</param>
public sealed class BatchRequestReader(RequestLimits limits, IReadOnlyCollection<string> containers)
{
    /// <summary>Reads a body. It ignores unknown fields and treats null fields as absent.</summary>
    /// <param name="contentType">The request's Content-Type header.</param>
    /// <param name="body">The request's body.</param>
    /// <exception cref="ProblemException">400, 413, 415 or 422.</exception>
    public BatchRequest Read(string? contentType, ReadOnlySequence<byte> body)
    {
        var reader = JsonBody.OpenObject(contentType, body, limits.MaxBodyBytes);
        var fields = new RequestFields();
        RequestMetadata? metadata = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonBody.ReadText(reader);
            reader.Read();
            switch (name)
            {
                case "metadata" when reader.TokenType != JsonTokenType.Null:
                    metadata = RequestMetadata.Read(ref reader, limits);
                    break;
                case "input" or "input_file_id" or "endpoint" or "completion_window":
                    fields.Read(name, ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return Validate(fields, metadata);
    }

    private BatchRequest Validate(RequestFields fields, RequestMetadata? metadata)
    {
        var (container, name) = ReadInput(fields);
        var endpoint = fields.Text("endpoint", int.MaxValue);
        if (endpoint is not null && !BatchLineEnvelope.Endpoints.Contains(endpoint))
        {
            fields.Report("/endpoint", $"must be one of {string.Join(", ", BatchLineEnvelope.Endpoints)}");
        }

        TimeSpan? window = null;
        if (fields.Text("completion_window", int.MaxValue) is { } text)
        {
            window = CompletionWindow.TryParse(text, out var parsed) ? parsed : null;
            if (window is null)
            {
                fields.Report("/completion_window", "must be a time from 1m to 6d, in whole minutes (m), hours (h) or days (d), for instance 24h");
            }
        }

        fields.Report(metadata?.Errors ?? []);
        return fields.Errors.Count == 0
            ? new BatchRequest(container, name) { Endpoint = endpoint, CompletionWindow = window, Metadata = metadata?.Entries }
            : throw new ProblemException(Problem.InvalidFields(fields.Errors));
    }

    private (string Container, string Name) ReadInput(RequestFields fields)
    {
        if (fields.Has("input") && fields.Has("input_file_id"))
        {
            fields.Report("/input_file_id", "must not be given together with input");
            return default;
        }

        var field = fields.Has("input_file_id") ? "input_file_id" : "input";
        if (!fields.Has(field))
        {
            fields.Report("/input", "is required");
            return default;
        }

        if (fields.Text(field, int.MaxValue) is { } path)
        {
            var parts = path.Split('/', 2);
            if (parts is [var container, var name] && containers.Contains(container) && BatchRequest.IsName(name))
            {
                return (container, name);
            }

            fields.Report($"/{field}", $"must be CONTAINER/NAME of a blob, with one of these containers: {string.Join(", ", containers)}");
        }

        return default;
    }
}
