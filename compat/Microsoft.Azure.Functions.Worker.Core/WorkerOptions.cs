using System.Text.Json;
using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Settings of the worker.</summary>
public class WorkerOptions
{
    /// <summary>Serializer of messages.</summary>
    public ObjectSerializer? Serializer { get; set; } = new JsonObjectSerializer(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });
}
