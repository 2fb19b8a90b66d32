using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>Loads a model folder through the reranker's registration and scores three pairs.</summary>
internal static class FolderScores
{
    /// <summary>Loads and scores.</summary>
    /// <returns>Refused for an error of the kind that is documented.</returns>
    public static async Task<Outcome> ScoreAsync(string folder, string dtype)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Rerank:ModelPath"] = folder,
                ["Rerank:Dtype"] = dtype,
                ["Rerank:Device"] = "cpu",
                ["Rerank:ModelThreads"] = "1",
                ["Rerank:MeasurementPath"] = Path.Combine(folder, "runs"),
            })
            .Build();
        await using var services = new ServiceCollection().AddLogging().AddReranker(configuration).BuildServiceProvider();
        var reranker = services.GetRequiredService<IReranker>();
        try
        {
            await reranker.GetModelAsync(null, CancellationToken.None);
            var request = new ScoringRequest("what is a pair", ["", "a query and a document", "中文 </s> <|im_end|>"]);
            var scores = await reranker.ScoreAsync(request, null, CancellationToken.None);
            if (scores.Logits.Count != 3 || !scores.Logits.All(float.IsFinite))
            {
                throw new InvalidOperationException("The scores are not three finite numbers.");
            }

            return Outcome.Worked;
        }
        catch (Exception exception) when (exception is ScoringException or ModelLoadException { Code: not ModelFailureCodes.LoadFailed })
        {
            return Outcome.Refused;
        }
    }
}
