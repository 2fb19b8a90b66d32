using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Hosting;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.App;

public sealed class SettingsGateTests
{
    [Fact]
    public async Task A_process_that_ends_while_it_holds_a_message_leaves_the_message_to_the_host()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var settings = new SettingsValidation(new FailingValidator());
        settings.Validate();
        var gate = new SettingsGate(settings, new FakeTime(), NullLogger<SettingsGate>.Instance);
        using var stopping = new CancellationTokenSource();

        // The services contain no queue to send a copy to.
        var invocation = gate.Invoke(
            new QueueInvocation(FunctionNames.ProcessJob, services, stopping.Token),
            _ => throw new InvalidOperationException("The function runs on wrong settings."));
        Assert.False(invocation.IsCompleted);
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invocation);
    }

    private sealed class FailingValidator : IStartupValidator
    {
        public void Validate() => throw new OptionsValidationException("", typeof(ProcessOptions), ["Rerank:A is 'b'. It must be c."]);
    }
}
