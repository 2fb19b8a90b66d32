using System.Globalization;

namespace RerankFunctions.Benchmarks.Runs;

/// <summary>Resident memory of this process.</summary>
internal static class ResidentMemory
{
    /// <summary>Reads the resident memory without mapped files, whose pages the system loads and drops as it likes.</summary>
    public static long AnonymousMegabytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal));
        return long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
