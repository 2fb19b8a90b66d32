using System.Reflection;
using Microsoft.Azure.Functions.Worker.Hosting;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Invocations;
using Microsoft.Azure.Functions.Worker.Logging;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Azure.Functions.Worker.Queues;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds a Functions app from settings, services and middleware.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    internal FunctionsApplicationBuilder(string[] args, Assembly functions, string directory)
    {
        var localSettings = LocalSettings.Read(Path.Combine(directory, "local.settings.json"));
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            ApplicationName = functions.GetName().Name,
            ContentRootPath = directory,
            EnvironmentName = EnvironmentOf(localSettings),
        });
        AddSettings(_host.Configuration, localSettings);

        Logging.ClearProviders();
        Services.AddSingleton<ILoggerProvider, HostLoggerProvider>();
        Services.AddOptions<WorkerOptions>();
        Services.TryAddSingleton(TimeProvider.System);
        Services.AddSingleton(services => FunctionCatalog.Find(functions, services.GetRequiredService<IConfiguration>()));
        Services.AddSingleton(services => HostJson.Read(Path.Combine(directory, "host.json"), services.GetRequiredService<IConfiguration>()));
        Services.AddSingleton(services => ShutdownSettings.Read(services.GetRequiredService<IConfiguration>()));
        Services.AddSingleton<StorageConnections>();
        Services.AddSingleton<QueueOutputs>();
        Services.AddSingleton<InvocationStop>();
        Services.AddSingleton<InvocationRunner>();
        Services.AddSingleton(_ => BuildPipeline());
        Services.AddSingleton<FunctionKey>();
        Services.AddSingleton<HttpInvocations>();
        Services.AddSingleton<HttpFrontEnd>();
        Services.AddSingleton<TriggerListeners>();
        Services.AddSingleton<FunctionsHost>();
        Services.AddSingleton<IHostLifetime>(services => services.GetRequiredService<FunctionsHost>());
        // The first hosted service, as in the official worker: invocations can arrive before the hosted services of the app have started.
        Services.AddHostedService(services => services.GetRequiredService<FunctionsHost>());
    }

    /// <inheritdoc />
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_host).Properties;

    /// <summary>Settings of the app.</summary>
    public ConfigurationManager Configuration => _host.Configuration;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <inheritdoc />
    public IHostEnvironment Environment => _host.Environment;

    /// <inheritdoc />
    public ILoggingBuilder Logging => _host.Logging;

    /// <inheritdoc />
    public IMetricsBuilder Metrics => _host.Metrics;

    /// <summary>Services of the app.</summary>
    public IServiceCollection Services => _host.Services;

    /// <inheritdoc />
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => _host.ConfigureContainer(factory, configure);

    /// <inheritdoc />
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Adds middleware outside the middleware added before.</summary>
    internal void UseOutermost(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => _middleware.Insert(0, middleware);

    /// <summary>Builds the app.</summary>
    public IHost Build() => _host.Build();

    private static string EnvironmentOf(IReadOnlyDictionary<string, string?> localSettings)
    {
        const string Name = "AZURE_FUNCTIONS_ENVIRONMENT";
        var environment = System.Environment.GetEnvironmentVariable(Name) ?? localSettings.GetValueOrDefault(Name) ?? Environments.Development;
        return string.Equals(environment, Environments.Production, StringComparison.OrdinalIgnoreCase)
            ? throw new InvalidOperationException(
                $"{Name} is Production, but this build runs on the stand-in for the Functions worker in compat/, which is for development and "
                + "tests. Build with UseCompatPackages=false and run it on the Azure Functions host.")
            : environment;
    }

    /// <summary>Adds the values of local.settings.json with a lower priority than environment variables.</summary>
    private static void AddSettings(ConfigurationManager configuration, IReadOnlyDictionary<string, string?> localSettings)
    {
        var sources = ((IConfigurationBuilder)configuration).Sources;
        var environment = sources.OfType<EnvironmentVariablesConfigurationSource>().Last(source => string.IsNullOrEmpty(source.Prefix));
        sources.Insert(sources.IndexOf(environment), new MemoryConfigurationSource { InitialData = localSettings });
        sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Microsoft"] = "Warning",
                ["Logging:LogLevel:Microsoft.Azure.Functions.Worker"] = "Information",
            },
        });
    }

    private FunctionExecutionDelegate BuildPipeline()
    {
        FunctionExecutionDelegate pipeline = FunctionInvoker.InvokeAsync;
        foreach (var middleware in Enumerable.Reverse(_middleware))
        {
            pipeline = middleware(pipeline);
        }

        return pipeline;
    }
}
