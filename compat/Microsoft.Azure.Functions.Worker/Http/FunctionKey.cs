using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Asks for a key where the setting <c>CompatHost:FunctionKey</c> holds one; Core Tools ask for none locally.</summary>
internal sealed class FunctionKey(IConfiguration settings)
{
    private readonly byte[]? _key = settings["CompatHost:FunctionKey"] is { Length: > 0 } key ? Encoding.UTF8.GetBytes(key) : null;

    /// <summary>Returns whether the caller may call a function of this level. No function key opens the host's own routes.</summary>
    public bool Admits(HttpRequest request, AuthorizationLevel level)
    {
        if (_key is null || level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        var header = request.Headers["x-functions-key"];
        var given = header.Count > 0 ? header : request.Query["code"];
        return level != AuthorizationLevel.Admin && CryptographicOperations.FixedTimeEquals(_key, Encoding.UTF8.GetBytes(given.ToString()));
    }
}
