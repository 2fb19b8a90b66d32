namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Base of the attributes that mark the parameter of a trigger.</summary>
public abstract class TriggerBindingAttribute : BindingAttribute;
