using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace RerankFunctions.EndToEnd.Sync;

/// <summary>A request of a known client, with some of it changed at random. Its texts hold <see cref="Secret"/>.</summary>
internal sealed class FuzzedRequest
{
    /// <summary>A word that no log and no error may show.</summary>
    public const string Secret = "xyzzyplugh";

    private static readonly string[] Routes =
    [
        "/v2/rerank", "/v1/rerank", "/rerank", "/v1/reranking", "/reranking", "/v1/ranking", "/score", "/v1/score", "/v1/v2/rerank", "/v1/v1/rerank",
        "/providers/cohere/v2/rerank",
    ];

    private static readonly string[] Bodies =
    [
        $$"""{"model":"demo","query":"{{Secret}} q","documents":["{{Secret}} a","b"],"top_n":1,"return_documents":true,"max_tokens_per_doc":9}""",
        $$"""{"query":"{{Secret}}","documents":[{"text":"{{Secret}}"},{"text":"b"}],"rank_fields":["text","x"],"max_chunks_per_doc":null}""",
        $$"""{"query":"{{Secret}}","documents":["{{Secret}}"],"top_k":2,"truncation":true,"model":"demo"}""",
        $$"""{"query":"{{Secret}}","texts":["{{Secret}}","b"],"raw_scores":false,"return_text":true,"truncate":true,"truncation_direction":"Right"}""",
        $$"""{"query":"{{Secret}}","input":["{{Secret}}",{"text":"b"}],"return_input":true,"top_k":null}""",
        $$"""{"query":{"text":"{{Secret}}"},"passages":[{"text":"{{Secret}}"}],"truncate":"END"}""",
        $$"""{"queries":["{{Secret}}","b"],"documents":["{{Secret}}","b"],"use_activation":false,"priority":5}""",
        $$"""{"text_1":"{{Secret}}","text_2":["{{Secret}}",{"content":[{"type":"text","text":"b"}]}]}""",
        $$"""{"query":"{{Secret}}","documents":{"content":[{"type":"text","text":"{{Secret}}"}]},"chat_template_kwargs":{"instruction":"{{Secret}}"} }""",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "\"true\"", "\"\"", $"\"{Secret}\"", "0", "-1", "1", "1.5", "1e400", "99999999999999999999", "[]", "{}", "[[]]", "[null]",
        $"[\"{Secret}\",7]", $"{{\"text\":\"{Secret}\"}}", $"{{\"image\":\"{Secret}\"}}", "[{\"content\":[{\"type\":\"image_url\"}]}]", "\"\\ud800\"",
        "\"\\u0000\"", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]", $"\"{Secret}{new string('x', 20_000)}\"",
    ];

    private static readonly string[] Names =
    [
        "documents", "texts", "input", "passages", "query", "queries", "data_1", "items", "label_token_ids", "callback_url", "top_n", "top_k", "rank_fields",
        "chat_template_kwargs", "instruction", "truncate", "truncation_side", "timeout_seconds", "priority", "model", "unknown", Secret,
    ];

    private readonly Random _random;
    private readonly string _route;
    private readonly byte[] _body;
    private readonly string _number;

    private FuzzedRequest(int seed, int number)
    {
        _random = new Random((seed * 1_000_003) + number);
        _number = string.Create(CultureInfo.InvariantCulture, $"{seed},{number}");
        _route = Pick(Routes);
        _body = Encoding.UTF8.GetBytes(Mutate(Pick(Bodies)));
        for (var flips = Chance(8) ? _random.Next(1, 4) : 0; flips > 0 && _body.Length > 0; flips--)
        {
            _body[_random.Next(_body.Length)] = (byte)_random.Next(256);
        }

        if (Chance(16))
        {
            _body = _body[.._random.Next(_body.Length + 1)];
        }

        PrefersJob = Chance(50);
    }

    /// <summary>Whether the request asks for a job.</summary>
    public bool PrefersJob { get; }

    /// <summary>Creates a request; equal numbers give equal requests.</summary>
    public static FuzzedRequest Create(int seed, int number) => new(seed, number);

    public HttpRequestMessage ToMessage()
    {
        var content = new ByteArrayContent(_body);
        content.Headers.ContentType = Chance(40) ? new MediaTypeHeaderValue("text/plain") : new MediaTypeHeaderValue("application/json");
        var message = new HttpRequestMessage(HttpMethod.Post, _route) { Content = content };
        if (PrefersJob)
        {
            message.Headers.TryAddWithoutValidation("Prefer", Chance(2) ? "respond-async" : "wait=60");
        }

        if (Chance(10))
        {
            message.Headers.TryAddWithoutValidation("Prefer", Pick(["wait=x", "wait=-3", ",;=", "return=minimal", "wait=\"\""]));
            message.Headers.TryAddWithoutValidation("Authorization", Pick(["Bearer", "Bearer x", "x", "Basic eDp5"]));
            message.Headers.TryAddWithoutValidation("X-Fern-SDK-Name", Pick(["voyageai", "other"]));
        }

        if (Chance(200))
        {
            message.Headers.TryAddWithoutValidation("Idempotency-Key", Pick([" ", new string('k', 256), "k"]));
        }

        return message;
    }

    public override string ToString() => $"{_number} {_route} {Encoding.UTF8.GetString(_body)}";

    private string Mutate(string body)
    {
        var members = JsonDocument.Parse(body).RootElement.EnumerateObject().Select(member => (member.Name, Value: member.Value.GetRawText())).ToList();
        for (var changes = _random.Next(4); changes > 0; changes--)
        {
            switch (_random.Next(4))
            {
                case 0 when members.Count > 0:
                    members.RemoveAt(_random.Next(members.Count));
                    break;
                case 1 when members.Count > 0:
                    var place = _random.Next(members.Count);
                    members[place] = (members[place].Name, Pick(Values));
                    break;
                default:
                    members.Insert(_random.Next(members.Count + 1), (Pick(Names), Pick(Values)));
                    break;
            }
        }

        return $"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value}"))}}}";
    }

    private bool Chance(int of) => _random.Next(of) == 0;

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
