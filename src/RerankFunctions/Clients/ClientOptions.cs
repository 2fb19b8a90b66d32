using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace RerankFunctions.Clients;

/// <summary>Who may call the rerank routes: the settings <c>Rerank:*</c>.</summary>
public sealed partial class ClientOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank";

    /// <summary>The keys of the rerank routes: the SHA-256 of each in hexadecimal, by the name that it has in logs and metrics.</summary>
    public IReadOnlyDictionary<string, string> ClientKeys { get; set; } = new Dictionary<string, string>();

    /// <summary>Whether the rerank routes take requests without a key; null for only in development, where no keys are set.</summary>
    /// <value>Null.</value>
    public bool? AllowAnonymous { get; set; }

    /// <summary>Maximum number of requests that a key has under way in a process at once; 0 for any number.</summary>
    /// <value>0.</value>
    [Range(0, 100_000, ErrorMessage = "Rerank:MaxRequestsPerKey must be from {1} (any number) to {2}.")]
    public int MaxRequestsPerKey { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, hash) in ClientKeys)
        {
            if (!Name().IsMatch(name))
            {
                yield return new ValidationResult(
                    $"{Section}:{nameof(ClientKeys)} must have names of 1 to 64 letters, digits, hyphens and underscores.", [nameof(ClientKeys)]);
            }
            else if (!Hash().IsMatch(hash))
            {
                yield return new ValidationResult(
                    $"{Section}:{nameof(ClientKeys)}:{name} must be the SHA-256 of a key in 64 hexadecimal digits, not the key itself.", [nameof(ClientKeys)]);
            }
        }

        if (ClientKeys.Count > 0 && AllowAnonymous == true)
        {
            yield return new ValidationResult(
                $"{Section}:{nameof(AllowAnonymous)} must not be true where {Section}:{nameof(ClientKeys)} are set.", [nameof(AllowAnonymous)]);
        }
    }

    /// <summary>Reads the keys, which binding of single values leaves out.</summary>
    internal static void ReadKeys(ClientOptions options, IConfigurationSection section) => options.ClientKeys =
        section.GetSection(nameof(ClientKeys)).GetChildren().ToDictionary(key => key.Key, key => key.Value ?? "", StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex Name();

    [GeneratedRegex("^[0-9A-Fa-f]{64}$")]
    private static partial Regex Hash();
}
