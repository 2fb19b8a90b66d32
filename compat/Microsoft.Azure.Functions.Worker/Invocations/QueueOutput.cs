using System.Reflection;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>A queue output of a function.</summary>
/// <param name="Queue">Name of the queue, with placeholders replaced.</param>
/// <param name="Connection">Name of the connection; null for the default.</param>
/// <param name="Property">Property of the return value to send; null for the return value itself.</param>
internal sealed record QueueOutput(string Queue, string? Connection, PropertyInfo? Property);
