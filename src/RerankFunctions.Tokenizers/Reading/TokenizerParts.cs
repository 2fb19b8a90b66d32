using RerankFunctions.Tokenizers.Added;
using RerankFunctions.Tokenizers.Decoding;
using RerankFunctions.Tokenizers.Pairs;

namespace RerankFunctions.Tokenizers.Reading;

/// <summary>What a family's factory gets: the parts that it reads itself, and those that all families share, already read.</summary>
/// <param name="Model">The <c>model</c> object.</param>
/// <param name="Normalizer">The <c>normalizer</c> object, null where there is none.</param>
/// <param name="PreTokenizer">The <c>pre_tokenizer</c> object, null where there is none.</param>
/// <param name="AddedTokens">The <c>added_tokens</c> list.</param>
/// <param name="Decoder">The <c>decoder</c>.</param>
/// <param name="PairTemplate">How special tokens stand around one text and around two: the <c>post_processor</c>.</param>
internal sealed record TokenizerParts(
    JsonPart Model,
    JsonPart? Normalizer,
    JsonPart? PreTokenizer,
    AddedTokenList AddedTokens,
    TokenDecoder Decoder,
    PairTemplate PairTemplate);
