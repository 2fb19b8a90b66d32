namespace Microsoft.Azure.Functions.Worker;

/// <summary>State of a timer's schedule, in UTC.</summary>
public class ScheduleStatus
{
    /// <summary>Time of the last run; the default value before the first one.</summary>
    public DateTime Last { get; set; }

    /// <summary>Time of the next run.</summary>
    public DateTime Next { get; set; }

    /// <summary>Time at which the status was written.</summary>
    public DateTime LastUpdated { get; set; }
}
