using System.Globalization;
using System.IO.Compression;
using RerankFunctions.Contracts;
using RerankFunctions.Fuzz.Mutations;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>Searches for input whose processor time grows faster than its size: texts for the tokenizers, bodies for the reader of requests.</summary>
internal sealed class GrowthTarget : IFuzzTarget
{
    // Less time than this for the largest size is harmless at any growth, and too short to measure.
    private static readonly TimeSpan Harmless = TimeSpan.FromMilliseconds(100);

    // Four times the size takes about 4 times as long if time is linear, and 16 times if it is quadratic.
    private const double MaxRatio = 8;
    private const int Repeats = 3;
    private const int Rounds = 3;

    private static readonly int[] LargestSizes = [128 * 1024, 256 * 1024, 256 * 1024, 1024 * 1024];

    private readonly Lazy<(string Name, HuggingFaceTokenizer Tokenizer)>[] _tokenizers = [.. Material.Tokenizers.Concat(Material.SharedVocabularies)
        .Select(file => new Lazy<(string, HuggingFaceTokenizer)>(() => (file, Load(file))))];

    private readonly RerankRequestReader _requests =
        new(new RequestLimits { MaxBodyBytes = int.MaxValue }, new ServedModels(new ServedModel("model", [])), CallbackRule.Disabled);

    private readonly TokenBuffer _ids = new();

    public Outcome Run(Random random)
    {
        var size = LargestSizes[random.Next(LargestSizes.Length)];
        if (random.Next(4) == 0)
        {
            var body = GrowthBodies.Next(random);
            return Measure("the reader of requests", size, units => Prepare(body(units), Read));
        }

        var (name, tokenizer) = _tokenizers[random.Next(_tokenizers.Length)].Value;
        var mode = random.Next(4) == 0 ? TextMode.Parity : TextMode.UserText;
        var text = GrowthTexts.Next(random);
        return Measure($"{name} with {Escape(text(24))}", size, units => Prepare(text(units), input =>
        {
            _ids.Clear();
            tokenizer.Encode(input, mode, _ids);
        }));
    }

    public void Dispose() => _ids.Dispose();

    private static Action Prepare<T>(T input, Action<T> run) => () => run(input);

    private static Outcome Measure(string what, int size, Func<int, Action> prepare)
    {
        var large = prepare(size);
        if (TimeOf(large) < Harmless && TimeOf(large) < Harmless)
        {
            return Outcome.Worked;
        }

        var small = prepare(size / 4);
        var ratio = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            ratio = MinTimeOf(large) / MinTimeOf(small);
            if (ratio <= MaxRatio)
            {
                return Outcome.Worked;
            }
        }

        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: from {size / 4} to {size} units the processor time grows {ratio:0.0} times, to {MinTimeOf(large).TotalMilliseconds:0} ms"));
    }

    private static TimeSpan MinTimeOf(Action run) => Enumerable.Range(0, Repeats).Min(_ => TimeOf(run));

    private static TimeSpan TimeOf(Action run)
    {
        var before = Environment.CpuUsage.TotalTime;
        run();
        return Environment.CpuUsage.TotalTime - before;
    }

    private void Read(byte[] body)
    {
        try
        {
            _ = _requests.Read("application/json", body);
        }
        catch (ProblemException)
        {
            // Refusing a body takes time too.
        }
    }

    private static string Escape(string text) => string.Concat(text.Select(unit => $"\\u{(int)unit:x4}"));

    private static HuggingFaceTokenizer Load(string file)
    {
        using var stream = File.OpenRead(file);
        using var json = new MemoryStream();
        if (file.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var gzip = new GZipStream(stream, CompressionMode.Decompress);
            gzip.CopyTo(json);
        }
        else
        {
            stream.CopyTo(json);
        }

        return TokenizerLoader.Parse(json.ToArray(), file);
    }
}
