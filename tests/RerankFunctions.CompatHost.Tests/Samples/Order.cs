namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed record Order(int Number);
