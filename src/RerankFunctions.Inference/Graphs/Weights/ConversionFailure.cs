using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Graphs.Weights;

/// <summary>Maps failures of threads that convert weights at the same time to one exception.</summary>
internal static class ConversionFailure
{
    /// <summary>Maps what the threads threw: the first reason that was thrown on purpose, else a file that cannot be read, else all of it.</summary>
    public static Exception Of(AggregateException exception)
    {
        var causes = exception.Flatten().InnerExceptions;
        var cause = causes.FirstOrDefault(static each => each is ModelLoadException)
            ?? causes.FirstOrDefault(static each => each is IOException or UnauthorizedAccessException);
        return cause is null ? exception : new ModelLoadException(cause.Message, exception);
    }
}
