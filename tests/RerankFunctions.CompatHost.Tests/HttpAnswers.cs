using System.Net;
using System.Text.Json;

namespace RerankFunctions.CompatHost.Tests;

/// <summary>What tests read of answers.</summary>
internal static class HttpAnswers
{
    public static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return response.StatusCode;
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());
}
