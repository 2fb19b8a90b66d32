using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Tokenizers.WordPiece;

public sealed class SharedWordPieceTests
{
    [SharedFact]
    public void Bert_gives_the_ids_of_Hugging_Face() =>
        TokenGolden.AssertAll(
            TokenGolden.Load(SharedMaterial.PathOf("tokenizers/bert-base-uncased.tokenizer.json.gz")),
            TokenGolden.Read(SharedMaterial.PathOf("tokenizers/goldens/bert.small.jsonl.gz")));
}
