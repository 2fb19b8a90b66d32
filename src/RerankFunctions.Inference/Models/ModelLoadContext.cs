using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tokenizers;

namespace RerankFunctions.Inference.Models;

/// <summary>What a family is loaded from.</summary>
/// <param name="Folder">The model folder, checked.</param>
/// <param name="Tokenizer">The folder's tokenizer; every id it can give is below the model's vocabulary size.</param>
/// <param name="Sessions">Opens the ONNX Runtime sessions on the device in use.</param>
/// <param name="Logger">For what an operator should know of the load.</param>
internal sealed record ModelLoadContext(
    ModelFolder Folder,
    HuggingFaceTokenizer Tokenizer,
    SessionSource Sessions,
    ILogger Logger);
