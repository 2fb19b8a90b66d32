using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>The content of <c>host.json</c>; settings under <c>AzureFunctionsJobHost__</c> override the file.</summary>
/// <param name="RoutePrefix">Prefix of all routes, without leading and trailing slashes; may be empty.</param>
/// <param name="FunctionTimeout">Time limit of a function; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
/// <param name="Queues">Settings of queue triggers and outputs.</param>
internal sealed record HostJson(string RoutePrefix, TimeSpan FunctionTimeout, QueueSettings Queues)
{
    /// <summary>Reads the file, which may be missing, and the settings that override it.</summary>
    public static HostJson Read(string path, IConfiguration settings)
    {
        var json = new ConfigurationBuilder()
            .AddJsonFile(path, optional: true)
            .AddInMemoryCollection(settings.GetSection("AzureFunctionsJobHost").AsEnumerable(makePathsRelative: true))
            .Build();
        var timeout = json["functionTimeout"] == "-1"
            ? Timeout.InfiniteTimeSpan
            : json.GetInterval("functionTimeout", TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), TimeSpan.FromDays(10));
        return new HostJson((json["extensions:http:routePrefix"] ?? "api").Trim('/'), timeout, QueueSettings.Read(json.GetSection("extensions:queues")));
    }
}
