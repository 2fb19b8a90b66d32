namespace RerankFunctions.Fuzz;

/// <summary>Runs cases in this process and says on standard output which one it is at.</summary>
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
#pragma warning disable CA1031 // What comes out of a case is what is looked for, whatever it is.
            catch (Exception e)
            {
                output.WriteLine($"failed {index} {e.ToString().ReplaceLineEndings(" | ")}");
            }
#pragma warning restore CA1031
        }

        output.Flush();
        return 0;
    }
}
