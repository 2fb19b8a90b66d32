using System.Diagnostics;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The context of one invocation.</summary>
internal sealed class Invocation : FunctionContext
{
    /// <param name="function">The function invoked.</param>
    /// <param name="bindingData">Data of the trigger.</param>
    /// <param name="services">Services of the invocation's scope.</param>
    /// <param name="activity">The invocation's span.</param>
    /// <param name="cancellationToken">Fires when the function should stop.</param>
    public Invocation(
        Function function,
        IReadOnlyDictionary<string, object?> bindingData,
        IServiceProvider services,
        Activity activity,
        CancellationToken cancellationToken)
    {
        Function = function;
        BindingContext = new Data(bindingData);
        InstanceServices = services;
        CancellationToken = cancellationToken;
        TraceContext = new Trace(activity);
    }

    public Function Function { get; }

    /// <summary>What the trigger's parameter is made from.</summary>
    public object? TriggerValue { get; set; }

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => Function.Id;

    public override TraceContext TraceContext { get; }

    public override BindingContext BindingContext { get; }

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Function;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }

    private sealed class Data(IReadOnlyDictionary<string, object?> values) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = values;
    }

    private sealed class Trace(Activity activity) : TraceContext
    {
        public override string TraceParent => activity.Id ?? "";

        public override string TraceState => activity.TraceStateString ?? "";
    }
}
