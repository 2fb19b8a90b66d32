using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RerankFunctions.CompatHost.Tests.Samples;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddSingleton<Recorder>();
builder.Build().Run();
