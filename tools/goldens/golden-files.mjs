// Writes the golden files of small tokenizers: the tokenizer.json and, one JSON line a text, the ids that Hugging Face's library gives.
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const { Tokenizer, byteLevelPreTokenizer } = createRequire(import.meta.url)('tokenizers');

/** Root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** An entry of added_tokens. */
export const token = (id, content, more) =>
  ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });

/** Writes values as JSON lines. */
export const writeLines = (file, values) => writeFileSync(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''));

/** Writes NAME.tokenizer.json and NAME.goldens.jsonl for each tokenizer. `encodable` maps a text to what the library accepts. */
export async function writeTokenizers(tokenizers, texts, encodable = (text) => text) {
  const target = join(root, 'tests/RerankFunctions.Tests/Tokenizers/Goldens');
  mkdirSync(target, { recursive: true });
  for (const [name, json] of Object.entries(tokenizers)) {
    const serialized = JSON.stringify(json);
    const tokenizer = Tokenizer.fromString(serialized);
    const goldens = [];
    for (const text of texts) {
      const ids = (await tokenizer.encode(encodable(text), null, { addSpecialTokens: false })).getIds();
      // UTF-16 in base64 for what JSON cannot hold: lone surrogates.
      const source = text.isWellFormed() ? { text } : { u16: Buffer.from(text, 'utf16le').toString('base64') };
      goldens.push({ ...source, ids, decoded: await tokenizer.decode(ids, false) });
    }
    writeFileSync(join(target, `${name}.tokenizer.json`), `${serialized}\n`);
    writeLines(join(target, `${name}.goldens.jsonl`), goldens);
    console.log(`${name}: ${goldens.length} texts`);
  }
}
