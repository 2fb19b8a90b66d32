using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Lines;

/// <summary>
/// Writes output lines: <c>{"id","custom_id","response":{"status_code","request_id","body"},"error"}</c>, with the number of the input's line as
/// <c>line</c> if the job failed.
/// </summary>
internal static class OutputLineWriter
{
    // It does not escape other scripts, which would take six bytes a character.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a line with its end.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="line">The input line.</param>
    /// <param name="outcome">How its job ended.</param>
    /// <param name="id">Id of the job.</param>
    public static void Write(IBufferWriter<byte> output, JobLine line, JobOutcome outcome, string id)
    {
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("custom_id"u8, line.CustomId);
            if (outcome is not JobOutcome.Answered)
            {
                writer.WriteNumber("line"u8, line.Number);
            }

            WriteResponse(writer, outcome, id);
            WriteError(writer, outcome);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
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

    private static void WriteResponse(Utf8JsonWriter writer, JobOutcome outcome, string id)
    {
        writer.WritePropertyName("response"u8);
        if (outcome is JobOutcome.Failed)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("status_code"u8, outcome is JobOutcome.Refused { Status: var status } ? status : 200);
        writer.WriteString("request_id"u8, id);
        writer.WritePropertyName("body"u8);
        if (outcome is JobOutcome.Answered { Answer: var answer })
        {
            JsonSerializer.Serialize(writer, answer, ContractsJson.Wire.RerankAnswer);
        }
        else if (outcome is JobOutcome.Refused { Document: var document })
        {
            writer.WriteRawValue(document.Span);
        }

        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, JobOutcome outcome)
    {
        writer.WritePropertyName("error"u8);
        var (code, message) = outcome switch
        {
            JobOutcome.Refused refused => (refused.Code, refused.Message),
            JobOutcome.Failed failed => (failed.Code, failed.Message),
            _ => (null, null),
        };
        if (code is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("code"u8, code);
        writer.WriteString("message"u8, message);
        writer.WriteEndObject();
    }
}
