using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Starts a function on a schedule, in one instance of the app at a time.</summary>
/// <param name="schedule">Six-field NCRONTAB expression (seconds first) in UTC; <c>%name%</c> is replaced with a setting.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>The NCRONTAB expression.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether storage keeps the time of the last run, so that a run missed while the app was down follows at its start.</summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Whether the function also runs when the app starts.</summary>
    public bool RunOnStartup { get; set; }
}
