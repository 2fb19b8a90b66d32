namespace RerankFunctions.Cli.Documents;

/// <summary>A document of a query.</summary>
/// <param name="Source">Where it is: the file, with the number of the line if a line is a document.</param>
/// <param name="Text">Its text.</param>
/// <param name="IsLine">Whether it is one line of a file.</param>
internal sealed record SourceDocument(string Source, string Text, bool IsLine);
