using System.Collections.ObjectModel;
using System.Net;

namespace StackExchange.Redis;

/// <summary>The servers of a connection string.</summary>
public sealed class EndPointCollection : Collection<EndPoint>
{
}
