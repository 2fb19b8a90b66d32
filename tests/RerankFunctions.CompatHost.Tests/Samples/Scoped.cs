namespace RerankFunctions.CompatHost.Tests.Samples;

/// <summary>One an invocation; says when its scope ends.</summary>
public sealed class Scoped(Recorder recorder) : IDisposable
{
    public Guid Id { get; } = Guid.NewGuid();

    public void Dispose() => recorder.Record("disposed");
}
