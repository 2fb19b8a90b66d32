using Microsoft.Azure.Functions.Worker;

namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed class TimerFunctions(Recorder recorder)
{
    [Function("Tick")]
    public void Tick([TimerTrigger("%Schedule%", RunOnStartup = false)] TimerInfo timer) => recorder.Record(timer);
}
