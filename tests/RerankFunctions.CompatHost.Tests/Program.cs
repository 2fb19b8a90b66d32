using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RerankFunctions.CompatHost.Tests.Samples;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSingleton(services => new Recorder
{
    Behaviour = builder.Configuration["Sample:Wait"] is not null ? WaitAsync : _ => Log(services, "inside of an invocation"),
});
var app = builder.Build();
await Log(app.Services, "outside of invocations");
app.Run();

static Task Log(IServiceProvider services, string place)
{
    SampleLog.Line(services.GetRequiredService<ILoggerFactory>().CreateLogger("Sample"), place);
    return Task.CompletedTask;
}

static async Task WaitAsync(CancellationToken cancellationToken)
{
    var told = new TaskCompletionSource();
    await using var registration = cancellationToken.Register(told.SetResult);
    Console.WriteLine("Work waits");
    await told.Task;
    Console.WriteLine("Work was told to stop");
}
