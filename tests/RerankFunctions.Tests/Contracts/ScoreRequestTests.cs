using System.Buffers;
using System.Text;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;

namespace RerankFunctions.Tests.Contracts;

public sealed class ScoreRequestTests
{
    [Theory]
    [InlineData("queries", "documents")]
    [InlineData("queries", "items")]
    [InlineData("data_1", "data_2")]
    [InlineData("text_1", "text_2")]
    public void One_query_is_scored_with_each_document(string left, string right)
    {
        var part = Assert.Single(Read($$"""{"{{left}}":"q","{{right}}":["a","b"]}""").Require().Parts);

        Assert.Equal("q", part.Request.Query);
        Assert.Equal(["a", "b"], part.Request.Documents);
        Assert.Null(part.Positions);
    }

    [Fact]
    public void As_many_queries_as_documents_are_scored_in_pairs_and_equal_queries_together()
    {
        var request = Read("""{"queries":["x","y","x"],"documents":["a","b",{"text":"c"}],"top_n":1}""").Require();

        Assert.Equal(3, request.Pairs);
        Assert.Equal(["x", "y"], request.Parts.Select(part => part.Request.Query));
        Assert.Equal(["a", "c"], request.Parts[0].Request.Documents);
        Assert.Equal([0, 2], request.Parts[0].Positions);
        Assert.Equal([1], request.Parts[1].Positions);
        Assert.All(request.Parts, part => Assert.Null(part.Request.TopN));
    }

    [Theory]
    [InlineData("{}", "/queries")]
    [InlineData("""{"queries":"q"}""", "/queries")]
    [InlineData("""{"query":"q","documents":["a"]}""", "/queries")]
    [InlineData("""{"queries":"q","documents":"a","items":"a"}""", "/queries")]
    [InlineData("""{"queries":"q","documents":"a","text_1":"q"}""", "/queries")]
    [InlineData("""{"text_1":"q","data_2":"a"}""", "/queries")]
    [InlineData("""{"queries":["q","r"],"documents":["a"]}""", "/queries")]
    [InlineData("""{"data_1":["q","r"],"data_2":["a","b","c"]}""", "/data_1")]
    [InlineData("""{"queries":[],"documents":["a"]}""", "/queries")]
    [InlineData("""{"queries":["q"],"documents":[]}""", "/documents")]
    [InlineData("""{"queries":["q",""],"documents":["a","b"]}""", "/queries/1")]
    [InlineData("""{"queries":["q"],"documents":[7]}""", "/documents/0")]
    [InlineData("""{"query":"q","items":["a"],"queries":"q","label_token_ids":[1,2]}""", "/label_token_ids")]
    public void Other_pairs_are_422(string body, string path)
    {
        var problem = Read(body).Problem;

        Assert.Equal(422, problem!.Status);
        Assert.Equal(path, Assert.Single(problem.Errors!).Path);
    }

    private static readonly ServedModels Models = new(new ServedModel("demo", []));

    private static DialectReading Read(string body) => new DialectRequestReader(new RequestLimits(), Models, takesAnyModel: false)
        .ReadScore("application/json", new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)));
}
