using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Http;

/// <summary>Settings of the HTTP API: <c>Rerank:…</c>.</summary>
public sealed class ApiOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank";

    /// <summary>Address under which clients reach this app, absolute, http or https; URLs in answers begin with it.</summary>
    /// <value>None: they begin with the scheme and the host of the request.</value>
    public Uri? PublicBaseUrl { get; set; }

    /// <summary>
    /// Whether <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> of proxies in front of the Functions host count as scheme and host
    /// of the request. Those of the Functions host itself always do.
    /// </summary>
    /// <value><c>false</c>: any client can send them.</value>
    public bool TrustForwardedHeaders { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicBaseUrl is not null && !(PublicBaseUrl.IsAbsoluteUri && JobUrls.IsAddress(PublicBaseUrl)))
        {
            yield return new ValidationResult(
                "It must be an absolute http or https URL without user, query and fragment.", [nameof(PublicBaseUrl)]);
        }
    }
}
