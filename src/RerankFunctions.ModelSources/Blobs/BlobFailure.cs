using Azure;
using Azure.Identity;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Blobs;

/// <summary>Maps failures of the storage client to exceptions that say what to do.</summary>
internal static class BlobFailure
{
    /// <summary>Returns the exception to throw for a failure; null for one that says what to do already.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="folder">The model folder, for the message.</param>
    /// <param name="what">What was requested, for the message.</param>
    public static Exception? Of(Exception exception, string folder, string what) => exception switch
    {
        ModelLoadException or TransientDownloadException => null,

        // The client throws AggregateException after several tries of its own, and TaskCanceledException when its own time-out ends one.
        AggregateException { InnerExceptions: [.., var last] } => Of(last, folder, what),
        RequestFailedException { Status: 0 } or IOException or HttpRequestException or TimeoutException or OperationCanceledException =>
            new TransientDownloadException($"{folder}: storage cannot be reached for {what}", exception),
        RequestFailedException failed => OfStatus(failed, folder, what),
        AuthenticationFailedException => new ModelLoadException($"{folder}: the app has no identity that can sign in to storage.", exception)
        {
            Code = ModelFailureCodes.ModelAccessDenied,
        },
        _ => new ModelLoadException($"{folder}: {what} cannot be read from storage ({exception.GetType().Name}).", exception)
        {
            Code = ModelFailureCodes.ModelUnreachable,
        },
    };

    private static Exception OfStatus(RequestFailedException exception, string folder, string what) => exception.Status switch
    {
        404 => new ModelLoadException($"{folder}: {what} does not exist; check the container and the prefix in the settings.", exception)
        {
            Code = ModelFailureCodes.ModelNotFound,
        },
        401 or 403 => new ModelLoadException($"{folder}: the app may not read {what}; its identity needs the role Storage Blob Data Reader.", exception)
        {
            Code = ModelFailureCodes.ModelAccessDenied,
        },

        // Another try lists the blobs anew.
        412 => new ModelLoadException($"{folder}: {what} changed during the download.", exception)
        {
            Code = ModelFailureCodes.ModelUnreachable,
            IsTransient = true,
        },
        408 or 429 or >= 500 => new TransientDownloadException($"{folder}: storage answered {exception.Status} for {what}", exception),
        _ => new ModelLoadException($"{folder}: storage answered {exception.Status} ({exception.ErrorCode}) for {what}.", exception)
        {
            Code = ModelFailureCodes.ModelUnreachable,
        },
    };
}
