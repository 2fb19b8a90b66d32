using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Listing;

namespace RerankFunctions.Http;

/// <summary>The list of jobs over HTTP, for operators.</summary>
public sealed class JobListFunctions(JobLister lister)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    /// <summary>
    /// Returns a page of jobs, the oldest first. <c>status</c> selects a state, <c>limit</c> bounds the page, <c>after</c> goes on behind one.
    /// </summary>
    [Function("ListJobs")]
    public async Task<IActionResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "get", Route = "v1/jobs")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new List<FieldError>();
        var state = ReadState(request, errors);
        var limit = PageLimit.Read(request, DefaultLimit, MaxLimit, errors);
        var after = request.Query.TryGetValue("after", out var values) ? values.ToString() : null;
        var list = errors.Count == 0 ? await lister.ListAsync(state, limit, after, cancellationToken) : null;
        if (list is not null)
        {
            return new JsonAnswer<JobList>(StatusCodes.Status200OK, list, ContractsJson.Wire.JobList);
        }

        if (errors.Count == 0)
        {
            errors.Add(new FieldError("after", "must be the after of an earlier page"));
        }

        return JsonAnswer.Of(Problem.InvalidFields(errors));
    }

    private static JobState? ReadState(HttpRequest request, List<FieldError> errors)
    {
        if (!request.Query.TryGetValue("status", out var values))
        {
            return null;
        }

        foreach (var state in Enum.GetValues<JobState>())
        {
            if (values.ToString().Equals(state.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return state;
            }
        }

        errors.Add(new FieldError("status", "must be queued, running, succeeded, failed or canceled"));
        return null;
    }
}
