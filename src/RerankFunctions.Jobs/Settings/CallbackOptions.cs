using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Settings;

/// <summary>Callbacks to clients: the settings <c>Rerank:*</c>. One of them is a secret.</summary>
public sealed class CallbackOptions : IValidatableObject
{
    private const string SecretPrefix = "whsec_";
    private const int MinSecretBytes = 24;
    private const int MaxSecretBytes = 64;

    /// <summary>
    /// Secret that signs callbacks, in the form of Standard Webhooks: <c>whsec_</c> and 24 to 64 bytes in base64. Two secrets with a space between them
    /// sign with both, for a rotation.
    /// </summary>
    /// <value>None or empty: <c>callback_url</c> is refused.</value>
    public string? CallbackSecret { get; set; }

    /// <summary>Hosts with ports, separated by commas, that may be private and without TLS, for instance <c>localhost:8080</c>. For development.</summary>
    /// <value>None.</value>
    public string? CallbackAllowedHosts { get; set; }

    /// <summary>Time in which a receiver must answer.</summary>
    /// <value>10 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ErrorMessage = "Rerank:CallbackTimeout must be from {1} to {2}.")]
    public TimeSpan CallbackTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Calls before a callback fails. The pauses between them grow from 10 s to an hour.</summary>
    /// <value>10: about four hours.</value>
    [Range(1, 100, ErrorMessage = "Rerank:MaxCallbackAttempts must be from {1} to {2}.")]
    public int MaxCallbackAttempts { get; set; } = 10;

    /// <summary>Whether callbacks are on.</summary>
    internal bool IsEnabled => !string.IsNullOrWhiteSpace(CallbackSecret);

    /// <summary>The keys of signatures; empty where callbacks are off.</summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "HMAC takes arrays.")]
    internal byte[][] Keys => [.. Split(CallbackSecret, ' ').Select(secret => Convert.FromBase64String(secret[SecretPrefix.Length..]))];

    /// <summary>The hosts of <see cref="CallbackAllowedHosts"/>.</summary>
    internal IReadOnlySet<string> AllowedHosts => Split(CallbackAllowedHosts, ',')
        .Select(host => CallbackRule.HostOf(new Uri($"http://{host}")))
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The message leaves the value out: it is a secret.
        if (!Split(CallbackSecret, ' ').All(IsSecret))
        {
            yield return new ValidationResult(
                $"Rerank:CallbackSecret must be {SecretPrefix} followed by {MinSecretBytes} to {MaxSecretBytes} bytes in base64; "
                + "two secrets have a space between them.",
                [nameof(CallbackSecret)]);
        }

        if (!Split(CallbackAllowedHosts, ',').All(IsHostWithPort))
        {
            yield return new ValidationResult(
                "Rerank:CallbackAllowedHosts must be hosts with ports, separated by commas, for instance localhost:8080.", [nameof(CallbackAllowedHosts)]);
        }
    }

    private static string[] Split(string? text, char separator) =>
        text?.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsHostWithPort(string text) =>
        Uri.TryCreate($"http://{text}", UriKind.Absolute, out var address) && text.EndsWith($":{address.Port}", StringComparison.Ordinal);

    private static bool IsSecret(string text)
    {
        Span<byte> bytes = stackalloc byte[MaxSecretBytes];
        return text.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var length)
            && length >= MinSecretBytes;
    }
}
