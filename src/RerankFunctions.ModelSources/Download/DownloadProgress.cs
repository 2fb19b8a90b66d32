using Microsoft.Extensions.Logging;

namespace RerankFunctions.ModelSources.Download;

/// <summary>Progress of the download of a folder, logged every ten seconds. Not safe for several threads.</summary>
internal sealed partial class DownloadProgress(string folder, long totalBytes, TimeProvider time, ILogger logger)
{
    private const double MiB = 1 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly long _started = time.GetTimestamp();
    private long _logged = time.GetTimestamp();
    private long _completed;
    private long _read;

    /// <summary>Records that bytes of a file arrived.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="position">Bytes of the file so far.</param>
    /// <param name="read">Bytes that arrived since the last call.</param>
    public void Advance(string file, long position, int read)
    {
        _read += read;
        if (time.GetElapsedTime(_logged) < Interval)
        {
            return;
        }

        _logged = time.GetTimestamp();
        var rate = _read / MiB / time.GetElapsedTime(_started).TotalSeconds;
        LogProgress(logger, folder, file, (_completed + position) / MiB, totalBytes / MiB, rate);
    }

    /// <summary>Records that a file is complete and valid.</summary>
    public void Complete(RemoteFile file) => _completed += file.Size;

    /// <summary>Logs that all files are complete.</summary>
    public void Finish()
    {
        var seconds = time.GetElapsedTime(_started).TotalSeconds;
        LogDone(logger, folder, _read / MiB, seconds);
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Fetching {Folder}: {File}, {Done:0.0} of {Total:0.0} MiB, {Rate:0.0} MiB/s")]
    private static partial void LogProgress(ILogger logger, string folder, string file, double done, double total, double rate);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Fetched {Folder}: {Read:0.0} MiB in {Seconds:0.0} s")]
    private static partial void LogDone(ILogger logger, string folder, double read, double seconds);
}
