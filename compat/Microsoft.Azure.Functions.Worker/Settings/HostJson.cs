using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>What <c>host.json</c> says; settings under <c>AzureFunctionsJobHost__</c> win over the file.</summary>
/// <param name="RoutePrefix">Prefix of all routes, without slashes at its ends; may be empty.</param>
/// <param name="FunctionTimeout">How long a function may run; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
/// <param name="Queues">Settings of queue triggers and outputs.</param>
internal sealed record HostJson(string RoutePrefix, TimeSpan FunctionTimeout, QueueSettings Queues)
{
    public static HostJson Read(string path, IConfiguration settings)
    {
        var json = new ConfigurationBuilder()
            .AddJsonFile(path, optional: true)
            .AddInMemoryCollection(settings.GetSection("AzureFunctionsJobHost").AsEnumerable(makePathsRelative: true))
            .Build();
        var timeout = json["functionTimeout"] == "-1"
            ? Timeout.InfiniteTimeSpan
            : Interval(json, "functionTimeout", TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), TimeSpan.FromDays(10));
        return new HostJson((json["extensions:http:routePrefix"] ?? "api").Trim('/'), timeout, QueueSettings.Read(json.GetSection("extensions:queues")));
    }

    internal static int Number(IConfiguration section, string name, int otherwise, int least, int most) =>
        section[name] is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw Wrong(section, name, text, $"a number from {least} to {most}");

    internal static TimeSpan Interval(IConfiguration section, string name, TimeSpan otherwise, TimeSpan least, TimeSpan most) =>
        section[name] is not { Length: > 0 } text ? otherwise
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw Wrong(section, name, text, $"a time from {least:c} to {most:c}");

    internal static InvalidOperationException Wrong(IConfiguration section, string name, string text, string allowed) =>
        new($"host.json: {(section is IConfigurationSection { Path: var path } ? path + ":" : "")}{name} is \"{text}\"; it must be {allowed}.");
}
