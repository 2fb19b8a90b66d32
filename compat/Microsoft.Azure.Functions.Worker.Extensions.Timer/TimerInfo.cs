namespace Microsoft.Azure.Functions.Worker;

/// <summary>The input of a function with a timer trigger.</summary>
public class TimerInfo
{
    /// <summary>Last and next run; null when <see cref="TimerTriggerAttribute.UseMonitor"/> is off.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run was due while no instance was running.</summary>
    public bool IsPastDue { get; set; }
}
