using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker;
using Microsoft.OpenApi;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Http;

namespace RerankFunctions.Tests.App;

/// <summary>The OpenAPI document against what the app does.</summary>
public sealed class ApiDocumentTests
{
    private static readonly string Text = ReadText();
    private static readonly JsonNode Document = JsonNode.Parse(Text)!;

    private static readonly Dictionary<string, (Type Type, JsonSerializerContext Context)> Types = new()
    {
        ["RerankResult"] = (typeof(RerankResult), ContractsJson.Wire),
        ["RerankDocument"] = (typeof(RerankDocument), ContractsJson.Wire),
        ["RerankChunk"] = (typeof(RerankChunk), ContractsJson.Wire),
        ["RerankUsage"] = (typeof(RerankUsage), ContractsJson.Wire),
        ["RerankMeta"] = (typeof(RerankMeta), ContractsJson.Wire),
        ["ApiVersion"] = (typeof(ApiVersion), ContractsJson.Wire),
        ["BilledUnits"] = (typeof(BilledUnits), ContractsJson.Wire),
        ["TokenCount"] = (typeof(TokenCount), ContractsJson.Wire),
        ["JobStatus"] = (typeof(JobStatus), ContractsJson.Wire),
        ["JobProgress"] = (typeof(JobProgress), ContractsJson.Wire),
        ["JobError"] = (typeof(JobError), ContractsJson.Wire),
        ["JobCallback"] = (typeof(JobCallback), ContractsJson.Wire),
        ["JobLinks"] = (typeof(JobLinks), ContractsJson.Wire),
        ["JobList"] = (typeof(JobList), ContractsJson.Wire),
        ["JobOverview"] = (typeof(JobOverview), ContractsJson.Wire),
        ["Problem"] = (typeof(Problem), ContractsJson.Wire),
        ["FieldError"] = (typeof(FieldError), ContractsJson.Wire),
        ["ProblemError"] = (typeof(ProblemError), ContractsJson.Wire),
        ["BatchStatus"] = (typeof(BatchStatus), ContractsJson.Wire),
        ["BatchCounts"] = (typeof(BatchCounts), ContractsJson.Wire),
        ["PairProgress"] = (typeof(PairProgress), ContractsJson.Wire),
        ["ChunkProgress"] = (typeof(ChunkProgress), ContractsJson.Wire),
        ["BatchUsage"] = (typeof(BatchUsage), ContractsJson.Wire),
        ["InputTokensDetails"] = (typeof(InputTokensDetails), ContractsJson.Wire),
        ["OutputTokensDetails"] = (typeof(OutputTokensDetails), ContractsJson.Wire),
        ["BatchInput"] = (typeof(BatchInput), ContractsJson.Wire),
        ["BatchErrors"] = (typeof(BatchErrors), ContractsJson.Wire),
        ["BatchError"] = (typeof(BatchError), ContractsJson.Wire),
        ["BatchList"] = (typeof(BatchList), ContractsJson.Wire),
        ["CohereAnswer"] = (typeof(CohereAnswer), DialectJson.Wire),
        ["VoyageAnswer"] = (typeof(VoyageAnswer), DialectJson.Wire),
        ["VoyageResult"] = (typeof(VoyageResult), DialectJson.Wire),
        ["TextScore"] = (typeof(TextScore), DialectJson.Wire),
        ["MixedbreadAnswer"] = (typeof(MixedbreadAnswer), DialectJson.Wire),
        ["MixedbreadResult"] = (typeof(MixedbreadResult), DialectJson.Wire),
        ["NimAnswer"] = (typeof(NimAnswer), DialectJson.Wire),
        ["NimRanking"] = (typeof(NimRanking), DialectJson.Wire),
        ["ScoreAnswer"] = (typeof(ScoreAnswer), DialectJson.Wire),
        ["ScoreResult"] = (typeof(ScoreResult), DialectJson.Wire),
        ["TextEmbeddingsInferenceInfo"] = (typeof(TextEmbeddingsInferenceInfo), DialectJson.Wire),
        ["TextEmbeddingsInferenceProblem"] = (typeof(TextEmbeddingsInferenceProblem), DialectJson.Wire),
        ["ModelListAnswer"] = (typeof(ModelListAnswer), ModelJson.Default),
        ["ListedModel"] = (typeof(ListedModel), ModelJson.Default),
        ["ListedLimits"] = (typeof(ListedLimits), ModelJson.Default),
        ["HealthAnswer"] = (typeof(HealthAnswer), HealthJson.Default),
        ["ReadyAnswer"] = (typeof(ReadyAnswer), HealthJson.Default),
    };

    public static TheoryData<string> Schemas => new(Types.Keys);

    [Fact]
    public void The_document_is_valid()
    {
        var read = OpenApiDocument.Parse(Text, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public void It_has_every_route_of_the_app_and_no_other()
    {
        var routes = typeof(ApiDocumentFunctions).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
            .OfType<HttpTriggerAttribute>()
            .SelectMany(trigger => trigger.Methods!, (trigger, method) => $"{method.ToUpperInvariant()} /{trigger.Route}");
        var documented = Document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject(), (path, operation) => (path.Key, Method: operation.Key))
            .Where(operation => operation.Method != "parameters")
            .Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Key}");
        Assert.Equal(routes.Order(), documented.Order());
    }

    [Fact]
    public void Every_schema_is_that_of_a_type_or_of_a_request() => Assert.Equal(
        Types.Keys.Concat(["JobRequest", "RerankRequest", "ScoreRequest", "BatchRequest"]).Order(),
        Document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).Order());

    [Theory]
    [MemberData(nameof(Schemas))]
    public void A_schema_has_the_properties_of_its_type(string name)
    {
        var (type, context) = Types[name];
        var schema = Document["components"]!["schemas"]![name]!;
        var properties = context.GetTypeInfo(type)!.Properties.Where(property => property.Get is not null).ToList();
        Assert.Equal(
            properties.Select(property => $"{property.Name}: {KindOf(property.PropertyType)}").Order(),
            schema["properties"]!.AsObject().Select(property => $"{property.Key}: {KindOf(property.Value!)}").Order());
        Assert.Equal(
            properties.Where(IsAlwaysWritten).Select(property => property.Name).Order(),
            schema["required"]!.AsArray().Select(required => required!.GetValue<string>()).Order());
    }

    [Fact]
    public void Every_field_of_a_job_is_read()
    {
        var reader = new RerankRequestReader(
            new RequestLimits(), new ServedModels(new ServedModel("demo", [])), new CallbackRule(true, new HashSet<string>()));
        AssertRead("JobRequest", ["texts", "passages"], body => reader.Read("application/json", body));
    }

    [Fact]
    public void Every_field_of_a_batch_is_read()
    {
        var reader = new BatchRequestReader(new RequestLimits(), ["rerank-drops"]);
        AssertRead("BatchRequest", [], body => reader.Read("application/json", new(body)));
    }

    /// <summary>A value that no field allows is an error of each field.</summary>
    private static void AssertRead(string name, string[] others, Action<byte[]> read)
    {
        foreach (var (property, _) in Document["components"]!["schemas"]![name]!["properties"]!.AsObject())
        {
            var refusal = Assert.Throws<ProblemException>(() => read(Encoding.UTF8.GetBytes($"{{\"{property}\":[[1]]}}"))).Problem;
            Assert.Contains(refusal.Errors!, error => error.Path.StartsWith($"/{property}", StringComparison.Ordinal) && error.Message != "is required");
        }

        Assert.All(others, other => Assert.Contains(
            Assert.Throws<ProblemException>(() => read(Encoding.UTF8.GetBytes($"{{\"{other}\":1}}"))).Problem.Errors!, error => error.Path == $"/{other}"));
    }

    private static bool IsAlwaysWritten(JsonPropertyInfo property)
    {
        if (property.AttributeProvider is not PropertyInfo member)
        {
            return !property.IsGetNullable;
        }

        return member.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.Never
            || new NullabilityInfoContext().Create(member).ReadState == NullabilityState.NotNull;
    }

    private static string KindOf(JsonNode schema) =>
        schema["$ref"] is { } reference
            ? KindOf(Document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!)
            : schema["type"]!.GetValue<string>() is var kind && kind == "null" ? "string" : kind;

    private static string KindOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(bool) ? "boolean"
            : type == typeof(int) || type == typeof(long) ? "integer"
            : type == typeof(double) || type == typeof(float) ? "number"
            : type == typeof(string) || type.IsEnum || type == typeof(DateTimeOffset) || type == typeof(JobId) || type == typeof(BatchId) ? "string"
            : type.IsAssignableTo(typeof(IEnumerable)) && !type.Name.Contains("Dictionary", StringComparison.Ordinal) ? "array"
            : "object";
    }

    private static string ReadText()
    {
        using var stream = typeof(ApiDocumentFunctions).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
