using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace RerankFunctions.Sync;

/// <summary>What a client prefers (RFC 7240). What is not understood is ignored, as the standard says.</summary>
/// <param name="IsAsync">Whether the client wants a job instead of an answer.</param>
/// <param name="WaitSeconds">Seconds for which the client waits for the answer before it takes a job; null where it says nothing.</param>
internal readonly record struct Preference(bool IsAsync, int? WaitSeconds)
{
    /// <summary>Whether the request becomes a job that is stored.</summary>
    public bool IsStored => IsAsync || WaitSeconds is not null;

    /// <summary>Value of the Preference-Applied header.</summary>
    public string Applied => (IsAsync, WaitSeconds) switch
    {
        (true, { } seconds) => string.Create(CultureInfo.InvariantCulture, $"respond-async, wait={seconds}"),
        (false, { } seconds) => string.Create(CultureInfo.InvariantCulture, $"wait={seconds}"),
        _ => "respond-async",
    };

    /// <summary>Reads the headers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Longest time to wait; a longer one counts as this.</param>
    public static Preference Read(HttpRequest request, TimeSpan limit)
    {
        var preference = default(Preference);
        foreach (var value in request.Headers["Prefer"])
        {
            foreach (var part in new StringTokenizer(value ?? "", [',']))
            {
                var name = new StringTokenizer(part, [';']).First().Trim();
                if (name.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
                {
                    preference = preference with { IsAsync = true };
                }
                else if (name.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                    && int.TryParse(name.AsSpan()["wait=".Length..].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                {
                    preference = preference with { WaitSeconds = Math.Min(seconds, (int)limit.TotalSeconds) };
                }
            }
        }

        return preference;
    }
}
