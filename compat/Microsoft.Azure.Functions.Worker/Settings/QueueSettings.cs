using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>Settings of queue triggers: <c>extensions.queues</c> of <c>host.json</c>.</summary>
internal sealed record QueueSettings
{
    /// <summary>Maximum time for which a message can be hidden.</summary>
    private static readonly TimeSpan MaxHiding = TimeSpan.FromDays(7);

    /// <summary>Maximum delay between two polls in local development.</summary>
    private static readonly TimeSpan MaxLocalPolling = TimeSpan.FromSeconds(2);

    /// <summary>Messages per request, 1 to 32.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Maximum number of running messages at which the next batch is requested.</summary>
    public required int NewBatchThreshold { get; init; }

    /// <summary>Maximum delay between two polls.</summary>
    public required TimeSpan MaxPollingInterval { get; init; }

    /// <summary>Time for which a failed message is hidden before its next delivery.</summary>
    public required TimeSpan VisibilityTimeout { get; init; }

    /// <summary>Deliveries after which a message goes to the poison queue.</summary>
    public required int MaxDequeueCount { get; init; }

    /// <summary>Whether message texts are base64.</summary>
    public required bool Base64 { get; init; }

    /// <summary>Reads and validates the section.</summary>
    public static QueueSettings Read(IConfigurationSection section)
    {
        var batchSize = section.GetNumber("batchSize", 16, 1, 32);
        var polling = section.GetInterval("maxPollingInterval", MaxLocalPolling, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
        return new QueueSettings
        {
            BatchSize = batchSize,
            NewBatchThreshold = section.GetNumber("newBatchThreshold", batchSize / 2 * Environment.ProcessorCount, 0, 1000),
            MaxPollingInterval = polling < MaxLocalPolling ? polling : MaxLocalPolling,
            VisibilityTimeout = section.GetInterval("visibilityTimeout", TimeSpan.Zero, TimeSpan.Zero, MaxHiding),
            MaxDequeueCount = section.GetNumber("maxDequeueCount", 5, 1, int.MaxValue),
            Base64 = ReadEncoding(section),
        };
    }

    private static bool ReadEncoding(IConfigurationSection section)
    {
        var encoding = section["messageEncoding"] ?? "base64";
        return encoding.ToUpperInvariant() switch
        {
            "BASE64" => true,
            "NONE" => false,
            _ => throw CheckedValues.Wrong(section, "messageEncoding", encoding, "base64 or none"),
        };
    }
}
