namespace RerankFunctions.Cli.Files;

/// <summary>How far a run is. It is written by the run and read by whoever shows it.</summary>
internal sealed class FileProgress
{
    private long _jobs;
    private long _failed;
    private long _bytes;

    /// <summary>Jobs whose lines are written, those of earlier parts of the run included.</summary>
    public long Jobs => Interlocked.Read(ref _jobs);

    /// <summary>Those of them that failed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Bytes of the input whose jobs are done, approximately.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Bytes of the input.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Sets how far the run is.</summary>
    public void Set(long jobs, long failed, long bytes)
    {
        Interlocked.Exchange(ref _jobs, jobs);
        Interlocked.Exchange(ref _failed, failed);
        Interlocked.Exchange(ref _bytes, bytes);
    }
}
