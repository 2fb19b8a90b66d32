// Whether values have the types of a TypeScript package, as its compiler says. JSON, read as TypeScript, is the type of its own value.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const file = fileURLToPath(new URL('values.ts', import.meta.url)); // in memory alone; its folder has the packages
const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext };

/** Returns what the compiler says about assignments of values to types: `[['OpenAI.Batch', batch], …]`. */
export function typeErrors(imports, assignments) {
  const text = [imports, ...assignments.map(([type, value], i) =>
    `declare const value${i}: ${JSON.stringify(value)};\nexport const typed${i}: ${type} = value${i};`)].join('\n');
  const host = ts.createCompilerHost(options);
  const disk = { fileExists: host.fileExists, readFile: host.readFile, getSourceFile: host.getSourceFile };
  host.fileExists = (path) => path === file || disk.fileExists(path);
  host.readFile = (path) => (path === file ? text : disk.readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022) : disk.getSourceFile.call(host, path, ...rest);
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
