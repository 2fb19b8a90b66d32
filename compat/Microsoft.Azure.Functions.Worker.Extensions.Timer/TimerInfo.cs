namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer-triggered function is told about its run.</summary>
public class TimerInfo
{
    /// <summary>Last and next run; null when the schedule is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run was due while no instance was up.</summary>
    public bool IsPastDue { get; set; }
}
