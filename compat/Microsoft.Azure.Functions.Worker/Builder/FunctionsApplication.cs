using System.Reflection;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a Functions app starts.</summary>
public static class FunctionsApplication
{
    /// <summary>A builder for the app in the entry assembly, with <c>host.json</c> and <c>local.settings.json</c> beside it.</summary>
    /// <exception cref="InvalidOperationException">The environment is Production, or a settings file cannot be read.</exception>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        var assembly = Assembly.GetEntryAssembly() ?? throw new InvalidOperationException("There is no entry assembly to find functions in.");
        return new FunctionsApplicationBuilder(args, assembly, AppContext.BaseDirectory);
    }
}
