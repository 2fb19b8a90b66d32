using System.Text.Json;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Lines;

/// <summary>How a job ended.</summary>
internal abstract record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <summary>Id of the job; null if it has none, because it did not begin.</summary>
    public virtual JobId? RequestId => null;

    /// <summary>The job has its answer.</summary>
    /// <param name="Answer">The answer.</param>
    internal sealed record Answered(RerankAnswer Answer) : JobOutcome
    {
        /// <inheritdoc />
        public override JobId? RequestId => JobId.TryParse(Answer.Id, out var id) ? id : null;
    }

    /// <summary>The request is not valid.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Document">The error document, JSON.</param>
    /// <param name="Code">Its code, for programs.</param>
    /// <param name="Message">Its text, for people.</param>
    internal sealed record Refused(int Status, ReadOnlyMemory<byte> Document, string Code, string Message) : JobOutcome
    {
        /// <summary>Creates the outcome from an error answer.</summary>
        public static Refused Of(Problem problem) => new(
            problem.Status, JsonSerializer.SerializeToUtf8Bytes(problem, ContractsJson.Wire.Problem), problem.Code, problem.Detail);
    }

    /// <summary>The request is valid, but it could not be scored.</summary>
    /// <param name="Id">Id of the job; null if it has none.</param>
    /// <param name="Code">For programs.</param>
    /// <param name="Message">For people.</param>
    internal sealed record Failed(JobId? Id, string Code, string Message) : JobOutcome
    {
        /// <inheritdoc />
        public override JobId? RequestId => Id;
    }
}
