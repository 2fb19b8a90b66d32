using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Tokenizers.Bpe;

public sealed class SharedBpeTests
{
    [SharedTheory]
    [InlineData("tokenizers/goldens/qwen3.small.jsonl.gz")]
    [InlineData("tokenizers/goldens/qwen3.udhr.jsonl.gz")]
    public void Qwen3_gives_the_ids_of_Hugging_Face(string goldens) =>
        TokenGolden.AssertAll(
            TokenGolden.Load(SharedMaterial.PathOf("tokenizers/qwen3.tokenizer.json.gz")), TokenGolden.Read(SharedMaterial.PathOf(goldens)));
}
