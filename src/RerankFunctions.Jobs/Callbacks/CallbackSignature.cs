using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RerankFunctions.Jobs.Callbacks;

/// <summary>Signs callbacks as Standard Webhooks says (github.com/standard-webhooks): HMAC-SHA256 over id, time and body.</summary>
internal static class CallbackSignature
{
    /// <summary>Returns the value of the header <c>webhook-signature</c>.</summary>
    /// <param name="keys">Each key gives a signature.</param>
    /// <param name="id">Value of <c>webhook-id</c>.</param>
    /// <param name="time">Value of <c>webhook-timestamp</c>, in seconds of Unix time.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Sign(IEnumerable<byte[]> keys, string id, long time, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{time}."));
        var signatures = new List<string>();
        foreach (var key in keys)
        {
            // In two pieces: a body can be tens of megabytes, of which this needs no copy.
            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            hash.AppendData(head);
            hash.AppendData(body);
            signatures.Add($"v1,{Convert.ToBase64String(hash.GetHashAndReset())}");
        }

        return string.Join(' ', signatures);
    }
}
