namespace RerankFunctions.Fuzz;

/// <summary>Runs cases in this process and writes the start and outcome of each to standard output.</summary>
internal static class Child
{
    public static int Run(string name, int seed, int first, int count)
    {
        using var target = FuzzTargets.Create(name);
        var output = Console.Out;
        for (var index = first; index < first + count; index++)
        {
            output.WriteLine($"start {index}");
            output.Flush();
            try
            {
                output.WriteLine($"{target.Run(FuzzTargets.RandomOf(name, seed, index))} {index}");
            }
#pragma warning disable CA1031 // A case may throw anything; each exception is a finding.
            catch (Exception exception)
            {
                output.WriteLine($"failed {index} {exception.ToString().ReplaceLineEndings(" | ")}");
            }
#pragma warning restore CA1031
        }

        output.Flush();
        return 0;
    }
}
