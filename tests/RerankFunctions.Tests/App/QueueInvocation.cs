using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace RerankFunctions.Tests.App;

/// <summary>The context of a function with a queue trigger.</summary>
internal sealed class QueueInvocation(string function, IServiceProvider services, CancellationToken cancellationToken) : FunctionContext
{
    public override string InvocationId => "1";

    public override string FunctionId => function;

    public override TraceContext TraceContext => throw new NotSupportedException();

    public override BindingContext BindingContext => throw new NotSupportedException();

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition { get; } = new Definition(function);

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features => throw new NotSupportedException();

    public override CancellationToken CancellationToken => cancellationToken;

    private sealed class Definition(string name) : FunctionDefinition
    {
        public override string PathToAssembly => "";

        public override string EntryPoint => "";

        public override string Id => name;

        public override string Name => name;

        public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty.Add("message", new Trigger());

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    private sealed class Trigger : BindingMetadata
    {
        public override string Name => "message";

        public override string Type => "queueTrigger";

        public override BindingDirection Direction => BindingDirection.In;
    }
}
