using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd;

/// <summary>Documents come back in a sensible order, with the demo model's scores.</summary>
[Collection(RunningAppTests.Name)]
public sealed class ScoringTests(RunningApp running)
{
    /// <summary>The demo model's card rounds scores to three places.</summary>
    private const double CardTolerance = 0.0015;

    /// <summary>The tolerance that the card requires of an implementation.</summary>
    private const double GoldenTolerance = 0.001;

    /// <summary>The examples of the demo model's card, in its order.</summary>
    public static TheoryData<string, string[], double[]> CardExamples => new()
    {
        {
            "What is the capital of France?",
            [
                "Paris is the capital of France.",
                "Berlin is the capital of Germany.",
                "The Nile is a river in Africa.",
                "Lyon is a large city in France.",
                "France exports wine and cheese.",
            ],
            [0.939, 0.868, 0.004, 0.002, 0.002]
        },
        {
            "How do I increase the timeout of an Azure function?",
            [
                "Set functionTimeout in host.json to a larger value to let an Azure function run longer.",
                "An Azure function app can be restarted in the portal.",
                "Azure Storage has hot and cool tiers.",
                "A function in mathematics maps inputs to outputs.",
                "Blob triggers start when a file arrives.",
            ],
            [0.328, 0.056, 0.002, 0.001, 0.001]
        },
        {
            "How do I reset my password?",
            [
                "To reset your password, open Settings, choose Security and click Reset password.",
                "A password should be long.",
                "You can change the colour theme in Settings.",
                "Our office is open from nine to five.",
                "Invoices are sent on the first day of the month.",
            ],
            [1.000, 0.021, 0.002, 0.001, 0.001]
        },
        {
            "refund policy for cancelled orders",
            [
                "Cancelled orders are refunded in full within five working days.",
                "The privacy policy explains how we use cookies.",
                "Orders ship from our warehouse in Lyon.",
                "Gift cards are valid for two years.",
            ],
            [0.121, 0.019, 0.006, 0.003]
        },
        {
            "怎么重置密码",
            ["要重置密码，请打开设置页面并点击“重置密码”。", "您可以在设置中更改主题颜色。", "办公时间是九点到五点。", "发票每月寄出。"],
            [1.000, 0.002, 0.001, 0.001]
        },
        {
            "中国的首都是哪里",
            ["中国的首都是北京。", "日本的首都是东京。", "中国有很多河流。", "长城很长。"],
            [0.998, 0.967, 0.095, 0.002]
        },
        {
            "如何安装 Docker？",
            ["在 Ubuntu 上安装 Docker 可以使用 apt-get 命令。", "数据库需要定期备份。", "如何预订酒店？请拨打电话。", "今天天气很好。"],
            [0.643, 0.001, 0.001, 0.001]
        },
    };

    [Theory]
    [MemberData(nameof(CardExamples))]
    public async Task Card_examples_come_back_in_the_cards_order(string query, string[] sorted, double[] scores)
    {
        ArgumentNullException.ThrowIfNull(sorted);
        ArgumentNullException.ThrowIfNull(scores);

        // In reverse, so that no document is in its place by chance.
        var sent = sorted.Reverse().ToArray();
        var status = await running.Api.RerankAsync(new JsonObject
        {
            ["query"] = query,
            ["documents"] = Texts(sent),
            ["return_documents"] = true,
        });

        var results = status["results"]!.AsArray();
        Assert.Equal(sorted, results.Select(result => result!["document"]!["text"]!.GetValue<string>()));
        Assert.Equal(sorted, results.Select(result => sent[result!["index"]!.GetValue<int>()]));
        Assert.All(results, (result, rank) => Assert.Equal(scores[rank], Score(result!), CardTolerance));
    }

    [Fact]
    public async Task Logits_are_the_goldens()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "models", "demo", "goldens.jsonl"));
        var pairs = lines.Select(line => JsonNode.Parse(line)!).Where(pair => Text(pair, "query").Length > 0 && !SpellsOutControlTokens(pair)).ToArray();
        Assert.True(pairs.Length > 190);

        await Parallel.ForEachAsync(
            pairs.GroupBy(pair => Text(pair, "query")),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (group, _) =>
            {
                var expected = group.Select(pair => pair["logit_onnx"]!.GetValue<double>()).ToArray();
                var status = await running.Api.RerankAsync(new JsonObject
                {
                    ["query"] = group.Key,
                    ["documents"] = Texts(group.Select(pair => Text(pair, "document"))),
                    ["raw_scores"] = true,
                });

                var results = status["results"]!.AsArray();
                Assert.Equal(expected.Length, results.Count);
                Assert.All(results, result => Assert.Equal(expected[result!["index"]!.GetValue<int>()], Score(result), GoldenTolerance));
            });
    }

    [Fact]
    public async Task A_thousand_documents_are_scored_and_sorted()
    {
        var documents = Enumerable.Range(0, 1_000).Select(number => number == 637
            ? "To reset your password, open Settings, choose Security and click Reset password."
            : $"Invoice {number} was sent on the first day of the month.");
        var status = await running.Api.RerankAsync(new JsonObject
        {
            ["query"] = "How do I reset my password?",
            ["documents"] = Texts(documents),
        });

        var results = status["results"]!.AsArray();
        Assert.Equal(637, results[0]!["index"]!.GetValue<int>());
        Assert.Equal(Enumerable.Range(0, 1_000), results.Select(result => result!["index"]!.GetValue<int>()).Order());
        Assert.Equal(results.Select(result => Score(result!)).OrderDescending(), results.Select(result => Score(result!)));
        Assert.Equal(1_000, status["progress"]!["scored"]!.GetValue<int>());
    }

    [Fact]
    public async Task Equal_documents_keep_their_order_and_top_n_cuts_the_rest()
    {
        var status = await running.Api.RerankAsync(new JsonObject
        {
            ["query"] = "What is the capital of France?",
            ["documents"] = Texts(Enumerable.Repeat("Paris is the capital of France.", 5)),
            ["top_n"] = 3,
        });

        var results = status["results"]!.AsArray();
        Assert.Equal([0, 1, 2], results.Select(result => result!["index"]!.GetValue<int>()));
        Assert.All(results, result => Assert.Null(result!["document"]));
    }

    [Fact]
    public async Task A_document_over_the_models_limit_is_cut_with_a_warning()
    {
        var status = await running.Api.RerankAsync(new JsonObject
        {
            ["query"] = "What is the capital of France?",
            ["documents"] = Texts(["Paris is the capital of France.", string.Concat(Enumerable.Repeat("The Nile is a river. ", 500))]),
        });

        Assert.NotEmpty(status["meta"]!["warnings"]!.AsArray());
        Assert.Equal(0, status["results"]![0]!["index"]!.GetValue<int>());
    }

    private static bool SpellsOutControlTokens(JsonNode pair) =>
        new[] { "<s>", "</s>", "<pad>", "<unk>", "<mask>" }.Any(token =>
            Text(pair, "query").Contains(token, StringComparison.Ordinal) || Text(pair, "document").Contains(token, StringComparison.Ordinal));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static double Score(JsonNode result) => result["relevance_score"]!.GetValue<double>();
}
