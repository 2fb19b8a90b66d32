using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Hub;

/// <summary>A connection to a hub. It follows redirects to https or within this machine only, and sends the token to the hub's own host alone.</summary>
internal sealed class HubConnection(HubEndpoint endpoint, ModelLocation.Hub model, TimeProvider time) : IDisposable
{
    private const int MaxRedirects = 10;

    private const int MaxAnswerBytes = 8 << 20;

    // An answer whose head or body takes longer counts as a dropped connection.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        MaxResponseHeadersLength = 64,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("RerankFunctions", "1.0") } },
    };

    /// <summary>Sends a request and follows redirects.</summary>
    /// <param name="address">An address of the hub.</param>
    /// <param name="what">What is requested, for messages.</param>
    /// <param name="adjust">Adds headers.</param>
    /// <param name="firstAnswer">Receives the headers of the hub's own answer, before any redirect.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A success, or 416 for a request with a range.</returns>
    /// <exception cref="TransientDownloadException">Another try may succeed.</exception>
    /// <exception cref="ModelLoadException">The hub refuses the request, or redirects where it may not.</exception>
    public async Task<HttpResponseMessage> GetAsync(
        Uri address, string what, Action<HttpRequestHeaders>? adjust, Action<HttpResponseHeaders>? firstAnswer, CancellationToken cancellationToken)
    {
        for (var hops = 0; hops <= MaxRedirects; hops++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            adjust?.Invoke(request.Headers);
            if (endpoint.Token is { } token && endpoint.IsSameOrigin(address))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            var response = await SendAsync(request, what, cancellationToken);
            var keep = false;
            try
            {
                if (hops == 0)
                {
                    firstAnswer?.Invoke(response.Headers);
                }

                if (IsRedirect(response.StatusCode))
                {
                    address = Follow(address, response.Headers.Location, what);
                    continue;
                }

                keep = response.IsSuccessStatusCode ||
                    (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && request.Headers.Range is not null);
                return keep ? response : throw HubFailure.Of(response, address, what, model, endpoint, time.GetUtcNow());
            }
            finally
            {
                if (!keep)
                {
                    response.Dispose();
                }
            }
        }

        throw HubFailure.Invalid($"{model}: {endpoint} redirects {what} more than {MaxRedirects} times.");
    }

    /// <summary>Reads the whole body of an answer into memory.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="what">What is requested, for messages.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TransientDownloadException">The connection dropped or fell silent.</exception>
    /// <exception cref="ModelLoadException">The body is too long.</exception>
    public async Task LoadBodyAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(MaxSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, either.Token);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw HubFailure.Invalid($"{model}: the answer with {what} has more than {MaxAnswerBytes} bytes.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientDownloadException($"{model}: the answer with {what} did not arrive within {MaxSilence.TotalSeconds:0} s", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new TransientDownloadException($"{model}: the connection dropped during the answer with {what}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static bool IsRedirect(HttpStatusCode code) =>
        code is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Authority;
        using var silence = new CancellationTokenSource(MaxSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            throw HubFailure.Invalid($"{model}: {host} has no certificate that this machine trusts.", exception);
        }
        catch (HttpRequestException exception)
        {
            throw new TransientDownloadException($"{model}: {host} cannot be reached for {what} ({exception.HttpRequestError})", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientDownloadException($"{model}: {host} did not answer for {what} in {MaxSilence.TotalSeconds:0} s", exception);
        }
    }

    private Uri Follow(Uri from, Uri? location, string what)
    {
        if (location is null || !Uri.TryCreate(from, location, out var to))
        {
            throw HubFailure.Invalid($"{model}: {from.Authority} redirects {what} to nowhere.");
        }

        var onSameMachine = to.Scheme == Uri.UriSchemeHttp && from.IsLoopback && to.IsLoopback && to.Host == from.Host;
        if (to.Scheme != Uri.UriSchemeHttps && !onSameMachine)
        {
            throw HubFailure.Invalid($"{model}: {from.Authority} redirects {what} to {to.Scheme}://{to.Authority}, which is not https.");
        }

        return to.UserInfo.Length == 0
            ? to
            : throw HubFailure.Invalid($"{model}: {from.Authority} redirects {what} to an address with a user in it.");
    }
}
