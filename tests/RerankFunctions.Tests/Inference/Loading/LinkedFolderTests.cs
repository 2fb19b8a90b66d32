using System.Security.Cryptography;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Loading;

/// <summary>Model folders whose files are links, as in the cache of the package huggingface_hub.</summary>
public sealed class LinkedFolderTests : IDisposable
{
    private readonly TemporaryFolder _plain = new();
    private readonly TemporaryFolder _linked = new();

    public void Dispose()
    {
        _plain.Dispose();
        _linked.Dispose();
    }

    /// <summary>A cross-encoder, opened by its path, and a causal model, whose graph is rewritten. Both have weights beside the graph.</summary>
    public static TheoryData<string> Models => new("cross-encoder", "causal");

    [Theory]
    [MemberData(nameof(Models))]
    public void A_folder_in_the_layout_of_the_hub_cache_scores_the_same(string model)
    {
        Create(model);
        var snapshot = _linked["models--owner--name/snapshots/0123456789abcdef"];
        foreach (var file in FilesOf(_plain))
        {
            var blob = Path.Combine(_linked["models--owner--name/blobs"], Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_plain[file]))));
            Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
            File.Copy(_plain[file], blob, overwrite: true);
            var link = Path.Combine(snapshot, file);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
        }

        AssertScoresAreEqual(snapshot);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Weights_that_are_a_link_to_another_folder_score_the_same(string model)
    {
        Create(model);
        foreach (var file in FilesOf(_plain))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_linked[file])!);
            if (file.EndsWith(".onnx_data", StringComparison.Ordinal))
            {
                File.CreateSymbolicLink(_linked[file], _plain[file]);
            }
            else
            {
                File.Copy(_plain[file], _linked[file]);
            }
        }

        AssertScoresAreEqual(_linked.Path);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_folder_that_is_a_link_scores_the_same(string model)
    {
        Create(model);
        Directory.CreateSymbolicLink(_linked["current"], _plain.Path);

        AssertScoresAreEqual(_linked["current"]);
    }

    [Fact]
    public void A_link_to_a_missing_file_is_named()
    {
        Create("causal");
        File.Delete(_plain["onnx/model.onnx_data"]);
        File.CreateSymbolicLink(_plain["onnx/model.onnx_data"], _linked["absent"]);

        var failure = Assert.Throws<ModelLoadException>(() => TestModel.Load(_plain.Path));

        Assert.Contains("model.onnx_data", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_in_a_circle_are_an_error()
    {
        Create("causal");
        File.Delete(_plain["onnx/model.onnx_data"]);
        File.CreateSymbolicLink(_plain["onnx/model.onnx_data"], _linked["back"]);
        File.CreateSymbolicLink(_linked["back"], _plain["onnx/model.onnx_data"]);

        Assert.Throws<ModelLoadException>(() => TestModel.Load(_plain.Path));
    }

    private static IEnumerable<string> FilesOf(TemporaryFolder folder) =>
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder.Path, file));

    private void Create(string model)
    {
        if (model == "causal")
        {
            _plain.With(TestModel.Own("qwen3-past-tiny"));
            return;
        }

        _plain.With(TestModel.Own("bert-tiny"));
        File.WriteAllBytes(_plain["model.onnx"], new OnnxClassifier { WeightsAt = "model.onnx_data" }.ToBytes());
        File.WriteAllBytes(_plain["model.onnx_data"], BitConverter.GetBytes(0.25f));
    }

    private void AssertScoresAreEqual(string folder)
    {
        using var plain = TestModel.Load(_plain.Path);
        using var linked = TestModel.Load(folder);

        Assert.Equal(Score(plain), Score(linked));
        Assert.Equal(plain.Description.Revision, linked.Description.Revision);
    }

    private static float[] Score(IModelFamily family)
    {
        using var job = family.Encode(new ScoringRequest("what is a pair", ["a query and a document", "something else"]), CancellationToken.None);
        return TestModel.Score(family, job, 0, 1);
    }
}
