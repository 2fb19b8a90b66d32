namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Base of the attributes that mark a return value, or a property of it, as an output.</summary>
public abstract class OutputBindingAttribute : BindingAttribute;
