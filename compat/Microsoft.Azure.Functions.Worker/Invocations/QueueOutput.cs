using System.Reflection;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>What a function sends to a queue.</summary>
/// <param name="Queue">Name of the queue, placeholders resolved.</param>
/// <param name="Connection">Name of the connection; null for the default.</param>
/// <param name="Property">Property of the returned value to send; null for the value itself.</param>
internal sealed record QueueOutput(string Queue, string? Connection, PropertyInfo? Property);
