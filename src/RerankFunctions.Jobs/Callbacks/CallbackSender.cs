using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Settings;

namespace RerankFunctions.Jobs.Callbacks;

/// <summary>
/// Sends callbacks to addresses that clients chose. It connects only to public addresses, and to the very address that it has checked; it follows no
/// redirect, uses no proxy, sends no cookies and reads no body.
/// </summary>
public sealed class CallbackSender : ICallbackSender, IDisposable
{
    private const int MaxHeaderKilobytes = 16;

    private readonly CallbackOptions _options;
    private readonly CallbackRule _rule;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>Creates a sender; nothing is connected yet.</summary>
    /// <param name="options">Secret, allowed hosts and time limit.</param>
    /// <param name="rule">Tells the allowed hosts.</param>
    /// <param name="time">The clock of signatures.</param>
    public CallbackSender(IOptions<CallbackOptions> options, CallbackRule rule, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _rule = rule;
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            // A connection outlives no change of a name's addresses for long.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <inheritdoc/>
    public async Task<CallbackOutcome> SendAsync(Uri address, string id, byte[] body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(body);
        var time = _time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("RerankFunctions", "1.0"));
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", CallbackSignature.Sign(_options.Keys, id, time, body));
        using var timeout = new CancellationTokenSource(_options.CallbackTimeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            return Judge(response);
        }
        catch (HttpRequestException exception) when (exception.InnerException is CallbackRefusedException refused)
        {
            return new CallbackOutcome(refused.Message, IsFinal: true);
        }
        catch (HttpRequestException exception)
        {
            // The kind of error only: the message may show what an address answers.
            return new CallbackOutcome($"The receiver cannot be reached ({exception.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new CallbackOutcome(
                string.Create(CultureInfo.InvariantCulture, $"The receiver gave no answer within {_options.CallbackTimeout.TotalSeconds} s."));
        }
    }

    private CallbackOutcome Judge(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            return new CallbackOutcome(null, status);
        }

        return response.StatusCode switch
        {
            HttpStatusCode.Gone => new CallbackOutcome("The receiver wants no callbacks any more.", status, IsFinal: true),
            _ when status is >= 300 and < 400 => new CallbackOutcome("The receiver redirects, which callbacks do not follow.", status, IsFinal: true),
            _ => new CallbackOutcome("The receiver answered with an error.", status, RetryAfter: PauseOf(response.Headers.RetryAfter)),
        };
    }

    private TimeSpan? PauseOf(RetryConditionHeaderValue? header) => header?.Delta ?? header?.Date - _time.GetUtcNow();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (context.InitialRequestMessage.RequestUri is { } address && _rule.IsAllowed(address))
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            }
            else
            {
                var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
                if (!Array.TrueForAll(addresses, PublicAddresses.Contains))
                {
                    throw new CallbackRefusedException();
                }

                await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The name resolves to an address that callbacks do not go to.</summary>
    private sealed class CallbackRefusedException() : Exception("The host has an address that is not public.");
}
