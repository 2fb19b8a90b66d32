namespace RerankFunctions.Hosting;

/// <summary>Names of functions that the hosting code treats on their own.</summary>
public static class FunctionNames
{
    /// <summary>The function that answers while the process runs.</summary>
    public const string Health = "Health";

    /// <summary>The function that scores jobs. A process whose settings switch it off loads no model.</summary>
    public const string ProcessJob = "ProcessJob";
}
