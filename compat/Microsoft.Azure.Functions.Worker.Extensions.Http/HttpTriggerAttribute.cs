using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Starts a function for an HTTP request.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Creates a trigger for all methods that needs a function key.</summary>
    public HttpTriggerAttribute()
        : this(AuthorizationLevel.Function)
    {
    }

    /// <summary>Creates a trigger for the given methods that needs a function key.</summary>
    public HttpTriggerAttribute(params string[] methods)
        : this(AuthorizationLevel.Function, methods)
    {
    }

    /// <summary>Creates a trigger for all methods.</summary>
    public HttpTriggerAttribute(AuthorizationLevel authLevel)
        : this(authLevel, [])
    {
    }

    /// <summary>Creates a trigger for the given methods.</summary>
    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>Route template after the route prefix, in the syntax of ASP.NET Core; null for the name of the function.</summary>
    public string? Route { get; set; }

    /// <summary>HTTP methods that match, without regard to case; empty for all.</summary>
    public string[] Methods { get; }

    /// <summary>Key that the caller needs.</summary>
    public AuthorizationLevel AuthLevel { get; }
}
