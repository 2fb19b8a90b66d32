namespace RerankFunctions.Inference.Abstractions;

/// <summary>Why a try to load the model failed.</summary>
/// <param name="Code">One of <see cref="ModelFailureCodes"/>.</param>
/// <param name="Message">One sentence for the operator. It may name files and addresses.</param>
/// <param name="IsTransient">Whether another try can succeed.</param>
public sealed record ModelFailure(string Code, string Message, bool IsTransient);
