using System.Globalization;
using Microsoft.Azure.Functions.Worker.Http;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>What is read from a request, bounded.</summary>
internal static class Requests
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>The one value of a header, or null.</summary>
    public static string? Header(this HttpRequestData request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    /// <summary>Reads the body, and no more of it than the limit.</summary>
    /// <exception cref="ProblemException">413: it is declared to be, or turns out to be, larger.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(
        this HttpRequestData request,
        int maxBytes,
        CancellationToken cancellationToken)
    {
        var isDeclared = long.TryParse(
            request.Header("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var declared);
        if (declared > maxBytes)
        {
            throw new ProblemException(Problem.BodyTooLarge(maxBytes));
        }

        var body = new MemoryStream(isDeclared ? (int)declared : ChunkBytes);
        var chunk = new byte[ChunkBytes];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (body.Length + read > maxBytes)
            {
                throw new ProblemException(Problem.BodyTooLarge(maxBytes));
            }

            body.Write(chunk, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
