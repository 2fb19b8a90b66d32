using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs;

public sealed class RequestPriorityTests
{
    [Theory]
    [InlineData(null, WorkClass.Interactive, 1)]
    [InlineData(0, WorkClass.Interactive, 1)]
    [InlineData(100, WorkClass.Interactive, 0.5)]
    [InlineData(499, WorkClass.Interactive, 0.0315)]
    [InlineData(500, WorkClass.Bulk, 1)]
    [InlineData(700, WorkClass.Bulk, 0.25)]
    [InlineData(999, WorkClass.Bulk, 0.0315)]
    public void A_priority_says_the_class_of_work_and_the_weight_in_it(int? priority, WorkClass workClass, double weight) => World.Run(async world =>
    {
        ScoringRequest? scored = null;
        world.Worker.Reranker.Scores = request =>
        {
            scored = request;
            return new PairScores([.. request.Documents.Select(_ => 0f)], 1, [], false);
        };

        await world.ProcessAsync((await world.SubmitAsync(new RerankRequest { Model = "demo", Query = "q", Documents = ["a", "b"], Priority = priority })).Id);

        Assert.Equal(workClass, scored?.WorkClass);
        Assert.Equal(weight, scored!.Weight, 1e-4);
    });
}
