using System.ComponentModel.DataAnnotations;
using StackExchange.Redis;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>The scores that processes share through Redis: the settings <c>Rerank:*</c>. Two of them are secrets.</summary>
public sealed class SharedCacheOptions : IValidatableObject
{
    /// <summary>Minimum number of characters of <see cref="CacheKey"/>.</summary>
    public const int MinKeyCharacters = 16;

    /// <summary>Connection string of Redis, as StackExchange.Redis reads it. It may hold a password.</summary>
    /// <value>None: scores are not shared.</value>
    public string? CacheRedis { get; set; }

    /// <summary>Maximum time for which a request waits for Redis. A lookup that takes longer counts as if nothing was found.</summary>
    /// <value>20 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01", ErrorMessage = "Rerank:CacheRedisTimeout must be from {1} to {2}.")]
    public TimeSpan CacheRedisTimeout { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Time after which Redis drops a score.</summary>
    /// <value>1 day.</value>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00", ErrorMessage = "Rerank:CacheLifetime must be from {1} to {2}.")]
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Secret from which the keys of hashes are derived. Processes that share scores have the same. Without it, keys are random and
    /// live as long as the process.
    /// </summary>
    public string? CacheKey { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The messages leave the values out: both are secrets.
        if (CacheKey is { Length: < MinKeyCharacters })
        {
            yield return new ValidationResult($"Rerank:CacheKey must have at least {MinKeyCharacters} characters.", [nameof(CacheKey)]);
        }

        if (CacheRedis is null)
        {
            yield break;
        }

        if (CacheKey is null)
        {
            yield return new ValidationResult(
                $"Rerank:CacheKey must be set if Rerank:CacheRedis is set: a secret of at least {MinKeyCharacters} characters, the same in all processes.",
                [nameof(CacheKey)]);
        }

        if (!IsConnectionString(CacheRedis))
        {
            yield return new ValidationResult(
                "Rerank:CacheRedis must be a connection string of StackExchange.Redis with at least one endpoint.", [nameof(CacheRedis)]);
        }
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
