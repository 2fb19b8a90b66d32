namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The context of one invocation.</summary>
/// <param name="function">The function invoked.</param>
/// <param name="bindingData">Data of the trigger.</param>
/// <param name="services">Services of the invocation's scope.</param>
/// <param name="cancellationToken">Cancelled when the function must stop.</param>
internal sealed class Invocation(
    Function function,
    IReadOnlyDictionary<string, object?> bindingData,
    IServiceProvider services,
    CancellationToken cancellationToken) : FunctionContext
{
    public Function Function => function;

    /// <summary>The value to which the parameter of the trigger is bound.</summary>
    public object? TriggerValue { get; set; }

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => function.Id;

    public override TraceContext TraceContext { get; } = new NoTrace();

    public override BindingContext BindingContext { get; } = new Data(bindingData);

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => function;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken => cancellationToken;

    private sealed class Data(IReadOnlyDictionary<string, object?> values) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = values;
    }

    /// <summary>An empty trace context, as the Functions host sends without telemetry.</summary>
    private sealed class NoTrace : TraceContext
    {
        public override string TraceParent => "";

        public override string TraceState => "";
    }
}
