using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RerankFunctions.CompatHost.Tests.Samples;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddSingleton(new Recorder
{
    Behaviour = builder.Configuration["Sample:Wait"] is null ? _ => Task.CompletedTask : WaitAsync,
});
builder.Build().Run();

static async Task WaitAsync(CancellationToken cancellationToken)
{
    var told = new TaskCompletionSource();
    await using var registration = cancellationToken.Register(told.SetResult);
    Console.WriteLine("Work waits");
    await told.Task;
    Console.WriteLine("Work was told to stop");
}
