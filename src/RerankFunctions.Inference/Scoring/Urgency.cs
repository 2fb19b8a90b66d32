using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Scoring;

/// <summary>A job's place in the order of work; the least is the most urgent.</summary>
/// <param name="WorkClass">Interactive work comes before bulk work.</param>
/// <param name="LateFrom">Since when a late job is late; infinite for a job that is not late.</param>
/// <param name="Work">The job's tokens over its weight.</param>
/// <param name="Order">Number of the job in the order of arrival.</param>
internal readonly record struct Urgency(WorkClass WorkClass, double LateFrom, double Work, long Order) : IComparable<Urgency>
{
    /// <inheritdoc/>
    public int CompareTo(Urgency other) =>
        (WorkClass, LateFrom, Work, Order).CompareTo((other.WorkClass, other.LateFrom, other.Work, other.Order));
}
