using System.Text.Json;
using System.Text.Json.Serialization;
using RerankFunctions.Cli.Outcomes;

namespace RerankFunctions.Cli.Files;

/// <summary>What a run writes beside its output until it is complete, so that the same command can go on after an end in the middle.</summary>
/// <param name="Version">Version of this layout.</param>
/// <param name="Run">Id of the run, in the idempotency keys of its jobs.</param>
/// <param name="Input">Fingerprint of the input.</param>
/// <param name="Scores">What decides the scores: model or service, and the fields that requests get.</param>
/// <param name="Errors">Full path of the file for copies of failed lines; null for none.</param>
internal sealed record RunState([property: JsonPropertyName("v")] int Version, string Run, string Input, string Scores, string? Errors)
{
    private const int CurrentVersion = 1;

    /// <summary>Creates the state of a new run.</summary>
    /// <param name="input">Fingerprint of the input.</param>
    /// <param name="scores">What decides the scores.</param>
    /// <param name="errors">The file for copies of failed lines; null for none.</param>
    public static RunState Create(string input, string scores, string? errors) =>
        new(CurrentVersion, Guid.NewGuid().ToString("N"), input, scores, errors is null ? null : Path.GetFullPath(errors));

    /// <summary>Reads the state of the run that an output belongs to; null if there is none.</summary>
    /// <exception cref="CliException">The file is damaged.</exception>
    public static RunState? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var state = JsonSerializer.Deserialize(File.ReadAllBytes(path), RunStateJson.Default.RunState);
            return state is { Version: CurrentVersion } ? state : throw new JsonException();
        }
        catch (JsonException)
        {
            throw CliException.Usage($"{path} cannot be read. Start the run anew with --overwrite.");
        }
    }

    /// <summary>Writes the state, whole or not at all.</summary>
    public void Write(string path)
    {
        var partial = $"{path}.partial";
        File.WriteAllBytes(partial, JsonSerializer.SerializeToUtf8Bytes(this, RunStateJson.Default.RunState));
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Fails unless the interrupted run is the same as the one that the command asks for.</summary>
    /// <param name="wanted">The run that the command asks for.</param>
    /// <param name="output">Name of the output.</param>
    /// <exception cref="CliException">Says what differs.</exception>
    public void EnsureSame(RunState wanted, string output)
    {
        var difference = Input != wanted.Input ? "from another input" : Scores != wanted.Scores ? "with another model, service or other options" : null;
        if (difference is not null)
        {
            throw CliException.Usage($"{output} holds part of a run {difference}. Name another output, or start anew with --overwrite.");
        }
    }
}

/// <summary>JSON form of <see cref="RunState"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunState))]
internal sealed partial class RunStateJson : JsonSerializerContext;
