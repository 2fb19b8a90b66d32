using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RerankFunctions.Batches;
using RerankFunctions.Clients;
using RerankFunctions.Hosting;
using RerankFunctions.Http;
using RerankFunctions.Inference;
using RerankFunctions.Jobs;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.ModelSources;
using RerankFunctions.Sync;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<ProblemMiddleware>();
builder.UseMiddleware<SettingsGate>();
builder.Services.AddModelSources(builder.Configuration, provider =>
{
    var account = provider.GetRequiredService<StorageAccount>();
    return new BlobAccess(account.ConnectBlobs, account.Credential);
});
builder.Services.AddReranker(builder.Configuration);
builder.Services.AddJobs(builder.Configuration);
builder.Services.AddBatches(builder.Configuration);
builder.Services.AddApi(builder.Configuration);
builder.Services.AddClients(builder.Configuration);
builder.Services.AddSync(builder.Configuration);
builder.AddProcess();
await builder.Build().RunAsync();
return Environment.ExitCode;
