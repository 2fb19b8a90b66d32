using System.Text;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Contracts;

/// <summary>A reader of rerank requests with small limits, which serves one model.</summary>
internal static class SmallReader
{
    /// <summary>A word of requests that no answer repeats.</summary>
    public const string Secret = "zanzibar";

    public static readonly RequestLimits Limits = new()
    {
        MaxDocuments = 3,
        MaxBodyBytes = 2_048,
        MaxQueryCharacters = 40,
        MaxDocumentCharacters = 60,
        MaxInstructionCharacters = 50,
        MaxMetadataEntries = 2,
        MaxMetadataKeyCharacters = 8,
        MaxMetadataValueCharacters = 10,
    };

    public static RerankRequestReader Create() => new(Limits, new ServedModels(new ServedModel("demo", [])), CallbackRule.Disabled);

    public static RerankRequest Read(string body) => Create().Read("application/json", Encoding.UTF8.GetBytes(body));

    public static Problem Refusal(string body) => Refusal(Encoding.UTF8.GetBytes(body));

    // The whole exception goes to the host's log where nothing catches it.
    public static Problem Refusal(byte[] body)
    {
        var refusal = Assert.Throws<ProblemException>(() => Create().Read("application/json", body));
        Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
        return refusal.Problem;
    }
}
