using System.Collections.Frozen;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Pipelines;

/// <summary>The parts of a <c>tokenizer.json</c> that a pipeline is created from.</summary>
/// <param name="Model">The <c>model</c> object.</param>
/// <param name="Normalizer">The <c>normalizer</c> object, or null.</param>
/// <param name="PreTokenizer">The <c>pre_tokenizer</c> object, or null.</param>
/// <param name="ControlIds">Ids that a text of users must not produce: those of control tokens and of the special tokens in the <c>post_processor</c>.</param>
internal sealed record TokenizerParts(JsonPart Model, JsonPart? Normalizer, JsonPart? PreTokenizer, FrozenSet<int> ControlIds);
