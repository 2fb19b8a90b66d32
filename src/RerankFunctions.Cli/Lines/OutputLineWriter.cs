using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Lines;

/// <summary>Writes the lines of the output of a run. They have the form of a batch's output.</summary>
internal static class OutputLineWriter
{
    /// <summary>Writes a line with its end.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="line">The input line.</param>
    /// <param name="outcome">How its job ended.</param>
    /// <param name="id">Id of the job.</param>
    public static void Write(IBufferWriter<byte> output, JobLine line, JobOutcome outcome, JobId id)
    {
        switch (outcome)
        {
            case JobOutcome.Answered { Answer: var answer }:
                Write(
                    output,
                    new BatchOutputLine<RerankAnswer>(id, line.CustomId, null, new BatchResponse<RerankAnswer>(200, id, answer), null),
                    ContractsJson.Wire.BatchOutputLineRerankAnswer);
                break;
            case JobOutcome.Refused refused:
                using (var document = JsonDocument.Parse(refused.Document))
                {
                    var response = new BatchResponse<JsonElement>(refused.Status, id, document.RootElement);
                    Write(output, Fail(response, new JobError(refused.Code, refused.Message)), OutputLineJson.Default.BatchOutputLineJsonElement);
                }

                break;
            case JobOutcome.Failed failed:
                Write(output, Fail(null, new JobError(failed.Code, failed.Message)), OutputLineJson.Default.BatchOutputLineJsonElement);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(outcome));
        }

        BatchOutputLine<JsonElement> Fail(BatchResponse<JsonElement>? response, JobError error) => new(id, line.CustomId, line.Number, response, error);
    }

    /// <summary>Reads whether a line of output is whole, and whether its job failed.</summary>
    /// <returns>Null when the line was cut in the middle.</returns>
    public static bool? ReadFailed(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            bool? failed = null;
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isError = reader.ValueTextEquals("error"u8);
                reader.Read();
                failed = isError ? reader.TokenType != JsonTokenType.Null : failed;
                reader.Skip();
            }

            return failed;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write<T>(IBufferWriter<byte> output, T line, JsonTypeInfo<T> type)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = ContractsJson.Wire.Options.Encoder }))
        {
            JsonSerializer.Serialize(json, line, type);
        }

        output.Write("\n"u8);
    }
}

/// <summary>JSON form of lines whose error document is that of another process.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchOutputLine<JsonElement>))]
internal sealed partial class OutputLineJson : JsonSerializerContext;
