using System.Text.Json;
using RerankFunctions.Contracts;

namespace RerankFunctions.Tests.Contracts;

public sealed class RerankAnswerTests
{
    [Fact]
    public void Usage_names_the_tokens_whose_scores_were_known() => Assert.Equal(
        """{"prompt_tokens":40,"completion_tokens":0,"total_tokens":40,"cached_tokens":30}""",
        JsonSerializer.Serialize(RerankUsage.Of(40, 30), ContractsJson.Default.RerankUsage));

    [Fact]
    public void An_answer_that_an_older_release_stored_is_read()
    {
        const string Stored = """
            {
              "id": "01m7ypsec0ekgr7b2zd5e7ty4k", "model": "demo", "results": [{ "index": 0, "relevance_score": 0.5 }],
              "usage": { "prompt_tokens": 63, "completion_tokens": 0, "total_tokens": 63 },
              "meta": { "api_version": { "version": "2" }, "billed_units": { "search_units": 1 }, "tokens": { "input_tokens": 63, "output_tokens": 0 } }
            }
            """;

        Assert.Equal(new RerankUsage(63, 0, 63), JsonSerializer.Deserialize(Stored, ContractsJson.Default.RerankAnswer)!.Usage);
    }
}
