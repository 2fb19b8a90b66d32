using System.Globalization;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Hosting;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RerankFunctions.CompatHost.Tests.Samples;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

/// <summary>The sample functions, hosted in this process on a free port, with queues of their own.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly IHost _host;

    private TestApp(IHost host, string prefix)
    {
        _host = host;
        Prefix = prefix;
    }

    public required HttpClient Http { get; init; }

    public required QueueServiceClient Queues { get; init; }

    /// <summary>What the names of the app's queues begin with.</summary>
    public string Prefix { get; }

    public Recorder Recorder => _host.Services.GetRequiredService<Recorder>();

    public IHost Host => _host;

    public static async Task<TestApp> StartAsync(
        Azurite azurite,
        Dictionary<string, string?>? settings = null,
        Action<FunctionsApplicationBuilder>? configure = null,
        string? connection = null,
        string? prefix = null,
        string? directory = null)
    {
        prefix ??= "q" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var builder = new FunctionsApplicationBuilder([], typeof(TestApp).Assembly, directory ?? AppContext.BaseDirectory);
        builder.ConfigureFunctionsWebApplication();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = connection ?? azurite.ConnectionString,
            ["Other"] = connection ?? azurite.ConnectionString,
            ["Queue"] = prefix,
            ["AzureWebJobs.Tick.Disabled"] = "true",
            ["Host:LocalHttpPort"] = "0",
            ["AzureFunctionsJobHost:extensions:queues:maxPollingInterval"] = "00:00:00.100",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        configure?.Invoke(builder);
        builder.Services.TryAddSingleton<Recorder>();
        var host = builder.Build();
        await host.StartAsync();
        return new TestApp(host, prefix)
        {
            Http = new HttpClient { BaseAddress = host.Services.GetRequiredService<HttpFrontEnd>().Address },
            Queues = new QueueServiceClient(azurite.ConnectionString, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }),
        };
    }

    /// <summary>The app on a clock of its own, its storage behind a gate.</summary>
    internal static Task<TestApp> StartAsync(Azurite azurite, ManualTime time, StorageGate gate, Dictionary<string, string?>? settings = null) =>
        StartAsync(azurite, settings, builder => builder.Services.AddSingleton<TimeProvider>(time), connection: gate.ConnectionString);

    /// <summary>Ends the app in the way of a signal to the host.</summary>
    public Task DrainAsync() => _host.Services.GetRequiredService<FunctionsHost>().DrainAsync();

    /// <summary>A queue of the app's, created.</summary>
    public async Task<QueueClient> QueueAsync(string name)
    {
        var queue = Queues.GetQueueClient($"{Prefix}-{name}");
        await queue.CreateIfNotExistsAsync();
        return queue;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        _host.Dispose();
    }
}
