using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>Creates answers that are the status of a job.</summary>
internal static class JobAnswer
{
    /// <summary>Creates the answer to a submission: 202, or 200 for a job that has ended.</summary>
    /// <param name="status">The job's status.</param>
    /// <param name="url">URL of the job.</param>
    /// <param name="preferenceApplied">Value of the Preference-Applied header; null for none.</param>
    public static IActionResult OfSubmission(JobStatus status, string url, string? preferenceApplied = null) =>
        Create(status.IsPending() ? StatusCodes.Status202Accepted : StatusCodes.Status200OK, status, url, url, preferenceApplied);

    /// <summary>Creates the answer to a request about a job.</summary>
    public static IActionResult Of(int code, JobStatus status, string url) => Create(code, status, url, location: null, preferenceApplied: null);

    private static JsonAnswer<JobStatus> Create(int code, JobStatus status, string url, string? location, string? preferenceApplied) =>
        new(code, status with { Links = new JobLinks(url) }, ContractsJson.Wire.JobStatus)
        {
            Location = location,
            PreferenceApplied = preferenceApplied,
            RetryAfter = status.IsPending() ? JsonAnswer.RetryAfterSeconds : null,
        };
}
