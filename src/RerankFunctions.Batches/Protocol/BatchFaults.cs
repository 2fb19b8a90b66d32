using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Protocol;

/// <summary>The errors of batches that more than one place finds.</summary>
public static class BatchFaults
{
    /// <summary>The input was overwritten or deleted.</summary>
    public static BatchError InputChanged() => new(
        BatchFailureCodes.InputChanged,
        "The input was overwritten or deleted before all of it was read. Leave an input as it is until its batch has ended.");

    /// <summary>A stored part of the batch is missing or not readable.</summary>
    public static BatchError StateLost() => new(BatchFailureCodes.StateLost, "A part of the batch in the app's container is missing or not readable.");

    /// <summary>A stored list of chunks is not the one that the input gives.</summary>
    public static BatchError ChunksDiffer() => new(
        BatchFailureCodes.StateLost, "A part of the batch in the app's container is not readable, or comes from other settings. Write the input again.");

    /// <summary>Somebody else wrote the output.</summary>
    public static BatchError OutputChanged() => new(
        BatchFailureCodes.OutputChanged, "Somebody else wrote the blob of the output while the batch ran. The container of outputs belongs to the app.");

    /// <summary>The attempts are used up.</summary>
    public static BatchError Exhausted(string message) => new(BatchFailureCodes.AttemptsExhausted, message);
}
