using Microsoft.AspNetCore.Http;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>Reads a request's body as it arrives, and no more of it than the limit.</summary>
internal static class RequestBody
{
    private const int ChunkBytes = 64 * 1024;

    /// <exception cref="ProblemException">413: the body is declared larger, or turns out to be.</exception>
    /// <exception cref="BadHttpRequestException">The body breaks off, arrives too slowly or is not valid HTTP.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
        {
            throw new ProblemException(Problem.BodyTooLarge(maxBytes));
        }

        var body = new MemoryStream();
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
