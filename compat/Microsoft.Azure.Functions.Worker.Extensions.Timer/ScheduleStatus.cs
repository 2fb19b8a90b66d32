namespace Microsoft.Azure.Functions.Worker;

/// <summary>State of a timer's schedule, in UTC.</summary>
public class ScheduleStatus
{
    /// <summary>Time of the last run; default when there was none.</summary>
    public DateTime Last { get; set; }

    /// <summary>Time of the next run.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this was written.</summary>
    public DateTime LastUpdated { get; set; }
}
