using System.Globalization;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Hub;

/// <summary>Turns an answer that is no success into an error that says what to do.</summary>
internal static class HubFailure
{
    /// <summary>The error of an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="address">Who gave it.</param>
    /// <param name="what">What was asked for.</param>
    /// <param name="model">Of which model.</param>
    /// <param name="endpoint">The hub, to tell its answers from those of hosts it redirects to.</param>
    /// <param name="now">Against which a date in Retry-After counts.</param>
    public static Exception Of(HttpResponseMessage response, Uri address, string what, ModelLocation.Hub model, HubEndpoint endpoint, DateTimeOffset now)
    {
        var code = (int)response.StatusCode;
        var answer = $"{model}: {address.Authority} answered {code} for {what}";
        return code switch
        {
            408 or 429 or >= 500 => new TransientDownloadException(answer, retryAfter: RetryAfter(response, now)),
            // A signed address of another host that has run out: the next try gets a new one.
            401 or 403 when !endpoint.IsSameOrigin(address) => new TransientDownloadException(answer),
            401 when endpoint.Token is null => new ModelLoadException($"{answer}: the model is private or gated, so set HF_TOKEN to a token that may read it; or there is none of this name."),
            401 => new ModelLoadException($"{answer}: it does not accept the token in HF_TOKEN, or there is no model of this name that the token may read."),
            403 when endpoint.Token is null => new ModelLoadException($"{answer}: set HF_TOKEN to a token that may read the model."),
            403 => new ModelLoadException($"{answer}: the token in HF_TOKEN may not read the model; a gated model's terms are accepted on its page."),
            404 => new ModelLoadException($"{answer}: {Missing(response, model, what)}."),
            _ => new ModelLoadException($"{answer}."),
        };
    }

    private static string Missing(HttpResponseMessage response, ModelLocation.Hub model, string what) =>
        (response.Headers.TryGetValues("X-Error-Code", out var values) ? values.FirstOrDefault() : null) switch
        {
            "RepoNotFound" => "there is no model of this name",
            "RevisionNotFound" => $"the model has no revision '{model.Revision}'",
            "EntryNotFound" => $"the model has no {what}",
            _ => "there is no such model, revision or file",
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

    // The hub's own header, after the IETF's draft: "api";r=0;t=55, where t is seconds until requests are granted again.
    private static TimeSpan? SecondsToReset(string? limit) =>
        limit?.Split(';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal)) is { } part &&
        int.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
