namespace RerankFunctions.Inference.Scoring;

/// <summary>One pair of a job in the engine.</summary>
/// <param name="Job">The job.</param>
/// <param name="Index">Index of the pair in the encoded job. Its document is <see cref="ScoringJob.Documents"/> at this index.</param>
internal readonly record struct JobPair(ScoringJob Job, int Index)
{
    /// <summary>Number of tokens that the pair adds to a run.</summary>
    public int Length => Job.Encoded.LengthOf(Index);
}
