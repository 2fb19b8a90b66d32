using System.Reflection;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>The entry point of a Functions app.</summary>
public static class FunctionsApplication
{
    /// <summary>Creates a builder for the app in the entry assembly, with <c>host.json</c> and <c>local.settings.json</c> of its folder.</summary>
    /// <exception cref="InvalidOperationException">The environment is Production, or a settings file cannot be read.</exception>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        var assembly = Assembly.GetEntryAssembly() ?? throw new InvalidOperationException("The process has no entry assembly to find functions in.");
        return new FunctionsApplicationBuilder(args, assembly, AppContext.BaseDirectory);
    }
}
