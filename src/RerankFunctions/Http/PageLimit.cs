using System.Globalization;
using Microsoft.AspNetCore.Http;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>The query parameter <c>limit</c> of lists.</summary>
internal static class PageLimit
{
    /// <summary>Reads the parameter.</summary>
    /// <param name="request">The request.</param>
    /// <param name="usual">Value of a request without the parameter.</param>
    /// <param name="max">Maximum.</param>
    /// <param name="errors">Receives an error where the parameter is not valid.</param>
    public static int Read(HttpRequest request, int usual, int max, List<FieldError> errors)
    {
        if (!request.Query.TryGetValue("limit", out var values))
        {
            return usual;
        }

        if (int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 && limit <= max)
        {
            return limit;
        }

        errors.Add(new FieldError("limit", $"must be an integer from 1 to {max}"));
        return usual;
    }
}
