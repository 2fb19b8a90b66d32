namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Base of every attribute that binds a parameter, a property or a return value.</summary>
public abstract class BindingAttribute : Attribute;
