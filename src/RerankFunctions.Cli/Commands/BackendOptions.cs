using System.CommandLine;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Cli.Scoring;

namespace RerankFunctions.Cli.Commands;

/// <summary>Options that say what scores: a service, or a model in this process.</summary>
internal static class BackendOptions
{
    private static readonly Option<string?> Model = new("--model")
    {
        Description = "Name of the model; with --local, the name under which requests call it",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Local = new("--local") { Description = "Run the model in this process, without a service" };

    private static readonly Option<string?> ModelPath = new("--model-path")
    {
        Description = "Model of --local: a folder in Hugging Face layout, hf:owner/name@revision, or blobs. Default: Rerank__ModelPath",
        HelpName = "PATH",
    };

    private static readonly Option<string?> Dtype = new("--dtype") { Description = "Precision of --local: auto, fp32, fp16, int8 or int4", HelpName = "TYPE" };
    private static readonly Option<string?> Device = new("--device") { Description = "Device of --local: auto, cpu or cuda", HelpName = "DEVICE" };
    private static readonly Option<string?> Threads = new("--threads") { Description = "Threads of --local on a CPU; 0 for one per core", HelpName = "N" };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[Model, Local, ModelPath, Dtype, Device, Threads])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Returns whether the model runs in this process.</summary>
    /// <exception cref="CliException">The options contradict each other.</exception>
    public static bool IsLocal(Invocation invocation)
    {
        var isLocal = invocation.Get(Local);
        if (isLocal && invocation.Get(GlobalOptions.Url) is not null)
        {
            throw CliException.Usage("--local and --url exclude each other.");
        }

        var wrong = isLocal ? null : ((Option<string?>[])[ModelPath, Dtype, Device, Threads]).FirstOrDefault(option => invocation.Get(option) is not null);
        return wrong is null ? isLocal : throw CliException.Usage($"{wrong.Name} needs --local.");
    }

    /// <summary>Returns the model that requests name; null to leave it out, because one model is all there is.</summary>
    public static string? ReadModel(Invocation invocation) => invocation.Get(Local) ? null : invocation.Get(Model);

    /// <summary>Creates the backend.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="defaultRetry">For how long calls of a service are tried again, where no option says it.</param>
    /// <param name="maxJobs">Maximum number of jobs that a service works on for this command.</param>
    /// <param name="cancelsJobs">Whether jobs of a service are cancelled when the command ends early.</param>
    public static IRerankBackend Create(Invocation invocation, TimeSpan defaultRetry, int maxJobs, bool cancelsJobs)
    {
        if (IsLocal(invocation))
        {
            var settings = new LocalSettings(
                invocation.Get(ModelPath), invocation.Get(Model), invocation.Get(Dtype), invocation.Get(Device), invocation.Get(Threads));
            return new LocalBackend(settings.Configure(invocation.Terminal.Environment), invocation.Terminal.Error, invocation.Time);
        }

        var service = invocation.ReadService(defaultRetry);
        return new ServiceBackend(invocation.Connect(defaultRetry), service.ToString(), maxJobs, cancelsJobs);
    }
}
