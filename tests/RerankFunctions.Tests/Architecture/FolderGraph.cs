using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RerankFunctions.Tests.Architecture;

/// <summary>The references between the namespaces of one assembly; a folder is a namespace.</summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<(string From, string To), SortedSet<string>> _uses = [];

    private FolderGraph()
    {
    }

    /// <summary>Reads a compiled assembly.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="root">Namespace of the project's root folder; namespaces outside it do not count.</param>
    public static FolderGraph Read(string path, string root)
    {
        var graph = new FolderGraph();
        using var module = ModuleDefinition.ReadModule(path);
        foreach (var type in module.GetTypes())
        {
            var user = Outermost(type);
            foreach (var used in References(type).SelectMany(Parts).OfType<TypeDefinition>().Select(Outermost))
            {
                if (IsInside(user, root) && IsInside(used, root) && user.Namespace != used.Namespace)
                {
                    graph.Add(user, used);
                }
            }
        }

        return graph;
    }

    /// <summary>Finds the circles, the shortest through each folder, with two references as examples for each step.</summary>
    public IReadOnlyList<string> FindCircles() =>
    [
        .. _uses.Keys.Select(step => step.From).Distinct().Order(StringComparer.Ordinal).Select(ShortestCircle).OfType<IReadOnlyList<string>>()
            .DistinctBy(circle => string.Join(' ', circle.Order(StringComparer.Ordinal)))
            .Select(circle => string.Join('\n', circle.Select((folder, i) => Describe(folder, circle[(i + 1) % circle.Count])))),
    ];

    private static bool IsInside(TypeDefinition type, string root) =>
        type.Namespace == root || type.Namespace.StartsWith(root + ".", StringComparison.Ordinal);

    /// <summary>Returns the type that stands in a namespace: closures, state machines and other nested types belong to it.</summary>
    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeReference?> References(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implementation => implementation.InterfaceType),
        .. type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. type.CustomAttributes.SelectMany(References),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Properties.SelectMany(property => property.CustomAttributes).SelectMany(References),
        .. type.Methods.SelectMany(References),
    ];

    private static IEnumerable<TypeReference?> References(CustomAttribute attribute) =>
    [
        attribute.AttributeType,
        .. attribute.ConstructorArguments.Select(argument => argument.Value as TypeReference),
    ];

    private static IEnumerable<TypeReference?> References(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. method.CustomAttributes.SelectMany(References),
        .. method.HasBody ? References(method.Body) : [],
    ];

    private static IEnumerable<TypeReference?> References(MethodBody body) =>
    [
        .. body.Variables.Select(variable => variable.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(instruction => instruction.Operand switch
        {
            TypeReference type => [type],
            MethodReference method => References(method),
            FieldReference field => [field.DeclaringType, field.FieldType],
            _ => Enumerable.Empty<TypeReference?>(),
        }),
    ];

    private static IEnumerable<TypeReference?> References(MethodReference method) =>
    [
        method.DeclaringType,
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
    ];

    /// <summary>Takes arrays, references and generic instances apart.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => [.. Parts(generic.ElementType), .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };

    private void Add(TypeDefinition user, TypeDefinition used)
    {
        var step = (user.Namespace, used.Namespace);
        if (!_uses.TryGetValue(step, out var examples))
        {
            _uses[step] = examples = new SortedSet<string>(StringComparer.Ordinal);
        }

        examples.Add($"{user.Name} uses {used.Name}");
    }

    private List<string>? ShortestCircle(string start)
    {
        var previous = new Dictionary<string, string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([start]);
        while (waiting.TryDequeue(out var folder))
        {
            foreach (var (_, target) in _uses.Keys.Where(step => step.From == folder && previous.TryAdd(step.To, folder)))
            {
                waiting.Enqueue(target);
            }
        }

        if (!previous.TryGetValue(start, out var last))
        {
            return null;
        }

        List<string> circle = [start];
        while (last != start)
        {
            circle.Insert(1, last);
            last = previous[last];
        }

        return circle;
    }

    private string Describe(string from, string to) => $"{from} -> {to}: {string.Join(", ", _uses[(from, to)].Take(2))}";
}
