namespace RerankFunctions.Jobs.Storage;

/// <summary>A message that the host has given up.</summary>
/// <param name="Text">Its untrusted text.</param>
/// <param name="Id">Its id in the queue.</param>
/// <param name="Receipt">Proves that it was taken; another taking makes it void.</param>
public sealed record PoisonedMessage(string Text, string Id, string Receipt);
