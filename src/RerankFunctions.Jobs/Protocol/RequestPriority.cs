using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Jobs.Protocol;

/// <summary>
/// What a request's priority means: below <see cref="FirstOfBulk"/> interactive work, from there on bulk work. Within a class it is a weight.
/// </summary>
public static class RequestPriority
{
    /// <summary>The first priority of bulk work.</summary>
    public const int FirstOfBulk = 500;

    // A job that is 100 further back in its class gets half the share of the device.
    private const double StepsPerHalf = 100;

    /// <summary>Returns how urgent a request is.</summary>
    public static WorkClass WorkClassOf(int? priority) => priority >= FirstOfBulk ? WorkClass.Bulk : WorkClass.Interactive;

    /// <summary>Returns the queue that carries the messages of a request.</summary>
    public static QueueKind QueueOf(int? priority) => WorkClassOf(priority) == WorkClass.Bulk ? QueueKind.Bulk : QueueKind.Interactive;

    /// <summary>Returns a request's share of the device beside requests of its class, from 1 for the first priority of a class down to 1/32.</summary>
    public static double WeightOf(int? priority) => Math.Pow(2, -(priority ?? 0) % FirstOfBulk / StepsPerHalf);
}
