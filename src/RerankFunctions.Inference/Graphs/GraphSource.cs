using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.Inference.Graphs;

/// <summary>What a graph is built from.</summary>
/// <param name="Folder">Full path of the model folder.</param>
/// <param name="File">The file of weights or the list of shards, relative to the folder.</param>
/// <param name="Precision">Type of the weights in a run.</param>
/// <param name="MaxTokens">Maximum number of tokens of a row.</param>
/// <param name="Words">Number of words that the tokenizer gives.</param>
/// <param name="ConvertedFolder">Folder for a file of converted weights, which exists until the session is open.</param>
/// <param name="DtypeSetting">Name of the setting of the precision, for messages.</param>
internal sealed record GraphSource(
    string Folder, string File, Precision Precision, int MaxTokens, int Words, string ConvertedFolder, string DtypeSetting);
