namespace RerankFunctions.Inference.Families;

/// <summary>One pair of an encoded job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Index">Index of the pair in the job.</param>
internal readonly record struct EncodedPair(EncodedJob Job, int Index)
{
    /// <summary>Number of tokens that the pair adds to a run.</summary>
    public int Length => Job.LengthOf(Index);

    /// <summary>Returns whether one run may hold this pair and another pair of the same model: a run has one prefix.</summary>
    public bool CanShareRunWith(EncodedPair other) => ReferenceEquals(Job, other.Job) || Job.Prefix.Equals(other.Job.Prefix);
}
