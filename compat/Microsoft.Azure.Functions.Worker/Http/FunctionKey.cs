using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>The function key that requests must carry if the setting <c>CompatHost:FunctionKey</c> is set.</summary>
internal sealed class FunctionKey(IConfiguration settings)
{
    private readonly byte[]? _key = settings["CompatHost:FunctionKey"] is { Length: > 0 } key ? Encoding.UTF8.GetBytes(key) : null;

    /// <summary>Returns whether the caller may call a function of this level. A function key does not admit to the admin level.</summary>
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
