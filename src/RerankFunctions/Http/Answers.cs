using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker.Http;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>Answers as JSON.</summary>
internal static class Answers
{
    /// <summary>Seconds after which a client should ask again.</summary>
    private const int RetryAfterSeconds = 1;

    public static async Task<HttpResponseData> CreateJsonAsync<T>(
        this HttpRequestData request,
        HttpStatusCode status,
        T value,
        JsonTypeInfo<T> type,
        string contentType = "application/json; charset=utf-8")
    {
        var response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", contentType);
        // Into memory, and not cancelled: a refusal is answered also to a client that is about to leave.
        await JsonSerializer.SerializeAsync(response.Body, value, type);
        return response;
    }

    public static async Task<HttpResponseData> CreateProblemAsync(this HttpRequestData request, Problem problem)
    {
        var response = await request.CreateJsonAsync(
            (HttpStatusCode)problem.Status, problem, ContractsJson.Wire.Problem, "application/problem+json");
        if (problem.Status == (int)HttpStatusCode.ServiceUnavailable)
        {
            response.AddRetryAfter();
        }

        return response;
    }

    public static void AddRetryAfter(this HttpResponseData response) =>
        response.Headers.Add("Retry-After", RetryAfterSeconds.ToString(CultureInfo.InvariantCulture));
}
