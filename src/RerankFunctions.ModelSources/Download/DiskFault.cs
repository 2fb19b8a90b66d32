namespace RerankFunctions.ModelSources.Download;

/// <summary>Describes why a file could not be written.</summary>
internal static class DiskFault
{
    private const int NoSpaceUnix = 28;
    private const int QuotaUnix = 122;
    private const int NoSpaceWindows = unchecked((int)0x80070070);
    private const int HandleFullWindows = unchecked((int)0x80070027);

    /// <summary>Returns the reason as the end of a sentence.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "the process may not write there",
        IOException { HResult: NoSpaceUnix or QuotaUnix or NoSpaceWindows or HandleFullWindows } => "the disk is full",
        PathTooLongException => "the path is too long",
        _ => exception.Message.TrimEnd('.'),
    };

    /// <summary>Returns the free bytes on the disk of a folder; null if the operating system does not say.</summary>
    public static long? FreeSpace(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // A network share or an unusual mount: a full disk shows when it is written to.
            return null;
        }
    }
}
