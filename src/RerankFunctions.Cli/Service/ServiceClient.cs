using System.Net.Http.Headers;
using RerankFunctions.Cli.Outcomes;

namespace RerankFunctions.Cli.Service;

/// <summary>Calls a service. Every call may be repeated: reads change nothing, and writes carry an idempotency key or have no further effect.</summary>
internal sealed class ServiceClient : IDisposable
{
    private const int MaxAnswerBytes = 256 * 1024 * 1024;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly ServiceSettings _settings;
    private readonly TimeProvider _time;

    /// <summary>Creates a client; nothing is sent yet.</summary>
    /// <param name="settings">How to reach the service.</param>
    /// <param name="time">The clock of pauses between tries.</param>
    public ServiceClient(ServiceSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        // A redirect would carry the key to another server.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        _http = new HttpClient(handler) { Timeout = CallTimeout, MaxResponseContentBufferSize = MaxAnswerBytes };
        if (settings.Key is not null)
        {
            _http.DefaultRequestHeaders.Add("x-functions-key", settings.Key);
        }
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>Sends a GET.</summary>
    public Task<ServiceAnswer> GetAsync(string route, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, route, null, null, cancellationToken);

    /// <summary>Sends a POST with JSON.</summary>
    /// <param name="route">Route and query.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="idempotencyKey">Identifies the submission, so that a repeated one has no further effect; null where that is so anyway.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<ServiceAnswer> PostAsync(string route, ReadOnlyMemory<byte>? body, string? idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, route, body, idempotencyKey, cancellationToken);

    /// <summary>Sends a DELETE once, for work that is not wanted any more.</summary>
    public async Task TryDeleteAsync(string route, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, AddressOf(route));
            using var response = await _http.SendAsync(request, timeout.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // The work goes on to its end, which does no harm.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    /// <returns>An answer that is final: a success, or an error that another try would give again.</returns>
    private async Task<ServiceAnswer> SendAsync(
        HttpMethod method, string route, ReadOnlyMemory<byte>? body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
        {
            var (answer, failure) = await TrySendAsync(method, route, body, idempotencyKey, cancellationToken);
            if (answer is { IsTransient: false })
            {
                return answer;
            }

            // A service may ask for more time, not for less.
            var wait = answer?.RetryAfter > pause ? answer.RetryAfter.Value : pause;
            if (_time.GetElapsedTime(started) + wait > _settings.RetryFor)
            {
                throw answer?.ToException() ?? new CliException(ExitCodes.Unavailable, $"The service at {_settings} does not answer: {failure}");
            }

            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    private async Task<(ServiceAnswer? Answer, string? Failure)> TrySendAsync(
        HttpMethod method, string route, ReadOnlyMemory<byte>? body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, AddressOf(route));
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return (new ServiceAnswer((int)response.StatusCode, content, RetryAfterOf(response.Headers.RetryAfter)), null);
        }
        catch (HttpRequestException exception)
        {
            return (null, $"{SafeText.Line(exception.InnerException?.Message ?? exception.Message, 200).TrimEnd('.')}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, FormattableString.Invariant($"no answer within {CallTimeout.TotalSeconds} s."));
        }
    }

    private Uri AddressOf(string route) => new($"{_settings}{route}");

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date && date - _time.GetUtcNow() is var wait ? wait > TimeSpan.Zero ? wait : TimeSpan.Zero : null);
}
