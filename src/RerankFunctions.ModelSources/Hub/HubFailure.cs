using System.Globalization;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Hub;

/// <summary>Maps answers of the hub that are not a success to exceptions that say what to do.</summary>
internal static class HubFailure
{
    /// <summary>Returns the exception to throw for an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="address">The address that gave it.</param>
    /// <param name="what">What was requested, for the message.</param>
    /// <param name="model">The model.</param>
    /// <param name="endpoint">The hub, to tell its answers from those of hosts that it redirects to.</param>
    /// <param name="now">The time that a date in Retry-After is compared with.</param>
    public static Exception Of(HttpResponseMessage response, Uri address, string what, ModelLocation.Hub model, HubEndpoint endpoint, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var answer = $"{model}: {address.Authority} answered {status} for {what}";
        return status switch
        {
            408 or 429 or >= 500 => new TransientDownloadException(answer, retryAfter: RetryAfter(response, now)),

            // The signed address of another host has expired: another try gets a new one.
            401 or 403 when !endpoint.IsSameOrigin(address) => new TransientDownloadException(answer),
            401 when endpoint.Token is null => Denied(
                $"{answer}: it does not exist, or it is private or gated; then set HF_TOKEN to a token that may read it."),
            401 => Denied($"{answer}: the hub does not accept the token in HF_TOKEN, or the token may not read a model of this name."),
            403 when endpoint.Token is null => Denied($"{answer}: set HF_TOKEN to a token that may read the model."),
            403 => Denied($"{answer}: the token in HF_TOKEN may not read the model; accept a gated model's terms on its page."),
            404 => new ModelLoadException($"{answer}: {Missing(response, model, what)}.") { Code = ModelFailureCodes.ModelNotFound },
            _ => Invalid($"{answer}."),
        };
    }

    /// <summary>Returns the exception to throw for an answer that no hub gives. Another try gets the same answer.</summary>
    public static ModelLoadException Invalid(string message, Exception? innerException = null) =>
        new(message, innerException) { Code = ModelFailureCodes.ModelUnreachable };

    private static ModelLoadException Denied(string message) => new(message) { Code = ModelFailureCodes.ModelAccessDenied };

    private static string Missing(HttpResponseMessage response, ModelLocation.Hub model, string what) =>
        (response.Headers.TryGetValues("X-Error-Code", out var values) ? values.FirstOrDefault() : null) switch
        {
            "RepoNotFound" => "the hub has no model of this name",
            "RevisionNotFound" => $"the model has no revision '{model.Revision}'",
            "EntryNotFound" => $"the model has no {what}",
            _ => "the model, the revision or the file does not exist",
        };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => (TimeSpan?)null,
        };
        if (wait is null && response.Headers.TryGetValues("RateLimit", out var limits))
        {
            wait = SecondsToReset(limits.FirstOrDefault());
        }

        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    // The hub's own header, as in the IETF draft: "api";r=0;t=55, where t is the number of seconds until the window ends.
    private static TimeSpan? SecondsToReset(string? limit) =>
        limit?.Split(';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal)) is { } part &&
        int.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
