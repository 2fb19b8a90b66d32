using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>The <c>extensions.queues</c> section of <c>host.json</c>.</summary>
internal sealed record QueueSettings
{
    private static readonly TimeSpan LongestHiding = TimeSpan.FromDays(7);

    /// <summary>Longest pause between two polls. In local development, which is all that this host does, two seconds at most.</summary>
    private static readonly TimeSpan LongestLocalPolling = TimeSpan.FromSeconds(2);

    /// <summary>Messages received at once, 1 to 32.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The next batch is received once no more than this many messages are being worked on.</summary>
    public required int NewBatchThreshold { get; init; }

    /// <summary>Longest pause between two polls.</summary>
    public required TimeSpan MaxPollingInterval { get; init; }

    /// <summary>How long a failed message stays hidden before it is tried again.</summary>
    public required TimeSpan VisibilityTimeout { get; init; }

    /// <summary>Tries before a message goes to the poison queue.</summary>
    public required int MaxDequeueCount { get; init; }

    /// <summary>Whether texts are base64 in the queue.</summary>
    public required bool Base64 { get; init; }

    public static QueueSettings Read(IConfigurationSection section)
    {
        var batchSize = HostJson.Number(section, "batchSize", 16, 1, 32);
        var polling = HostJson.Interval(
            section, "maxPollingInterval", LongestLocalPolling, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
        return new QueueSettings
        {
            BatchSize = batchSize,
            NewBatchThreshold = HostJson.Number(section, "newBatchThreshold", batchSize / 2 * Environment.ProcessorCount, 0, 1000),
            MaxPollingInterval = polling < LongestLocalPolling ? polling : LongestLocalPolling,
            VisibilityTimeout = HostJson.Interval(section, "visibilityTimeout", TimeSpan.Zero, TimeSpan.Zero, LongestHiding),
            MaxDequeueCount = HostJson.Number(section, "maxDequeueCount", 5, 1, int.MaxValue),
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
            _ => throw HostJson.Wrong(section, "messageEncoding", encoding, "base64 or none"),
        };
    }
}
