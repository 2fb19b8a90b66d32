using Mono.Cecil;

namespace RerankFunctions.Tests.Architecture;

/// <summary>The directions of dependencies, read from the compiled assemblies of src/.</summary>
public sealed class ArchitectureTests
{
    /// <summary>The projects of src/, each with those that it may use.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["RerankFunctions.Contracts"] = [],
        ["RerankFunctions.Settings"] = [],
        ["RerankFunctions.Tokenizers"] = [],
        ["RerankFunctions.Inference"] = ["RerankFunctions.Settings", "RerankFunctions.Tokenizers"],
        ["RerankFunctions.ModelSources"] = ["RerankFunctions.Settings", "RerankFunctions.Inference"],
        ["RerankFunctions.Jobs"] = ["RerankFunctions.Settings", "RerankFunctions.Contracts", "RerankFunctions.Inference"],
        ["RerankFunctions.Batches"] = ["RerankFunctions.Settings", "RerankFunctions.Contracts", "RerankFunctions.Inference", "RerankFunctions.Jobs"],
        ["RerankFunctions.Cli"] =
        [
            "RerankFunctions.Settings", "RerankFunctions.Contracts", "RerankFunctions.Inference", "RerankFunctions.ModelSources", "RerankFunctions.Jobs",
        ],
        ["RerankFunctions"] =
        [
            "RerankFunctions.Settings", "RerankFunctions.Contracts", "RerankFunctions.Inference", "RerankFunctions.ModelSources", "RerankFunctions.Jobs",
            "RerankFunctions.Batches",
        ],
    };

    public static TheoryData<string> ProjectNames => new(Projects.Keys);

    [Fact]
    public void The_list_of_projects_is_complete() => Assert.Equal(
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
        Projects.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(ProjectNames))]
    public void A_project_uses_only_those_below_it(string project)
    {
        using var module = ModuleDefinition.ReadModule(AssemblyOf(project));

        var used = module.AssemblyReferences.Select(reference => reference.Name).Where(Projects.ContainsKey);

        Assert.Empty(used.Except(Projects[project]));
    }

    [Theory]
    [MemberData(nameof(ProjectNames))]
    public void Folders_form_no_circle(string project)
    {
        var circles = FolderGraph.Read(AssemblyOf(project), project).FindCircles();

        Assert.True(circles.Count == 0, $"{circles.Count} circles of folders:\n\n{string.Join("\n\n", circles)}");
    }

    [Fact]
    public void A_circle_is_named_with_the_references_that_close_it()
    {
        var circle = Assert.Single(FolderGraph.Read(AssemblyOf("RerankFunctions.Tests"), $"{typeof(ArchitectureTests).Namespace}.Samples").FindCircles());

        Assert.Contains("Left -> RerankFunctions.Tests.Architecture.Samples.Right: LeftSide uses RightSide", circle, StringComparison.Ordinal);
        Assert.Contains("Right -> RerankFunctions.Tests.Architecture.Samples.Left: RightSide uses LeftSide", circle, StringComparison.Ordinal);
    }

    private static string AssemblyOf(string project) => Path.Combine(AppContext.BaseDirectory, $"{project}.dll");
}
