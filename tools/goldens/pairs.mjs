// Writes pairs of texts of our own and the ids and type ids that Hugging Face's library gives them, beside the small encoders in
// tests/RerankFunctions.Tests/Models. Run: npm ci --prefix tools/goldens && node tools/goldens/pairs.mjs
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sentences } from './texts.mjs';

const require = createRequire(import.meta.url);
const { Tokenizer } = require('tokenizers');
const models = join(dirname(fileURLToPath(import.meta.url)), '../../tests/RerankFunctions.Tests/Models');
const long = sentences.slice(0, 12).join(' ');
const pairs = [
  ...sentences.slice(0, 12).map((document, i) => [sentences[(i * 7 + 3) % sentences.length], document]),
  ['Which train?', ''], ['', 'An empty query.'], ['x', 'y'], ['Where is the queue?', long], [long, 'Short.'], ['été  1234', '\tA tab\nand e\u0301 ½ 🚀'],
];

for (const model of ['bert-tiny', 'modernbert-tiny']) {
  const tokenizer = Tokenizer.fromString(readFileSync(join(models, model, 'tokenizer.json'), 'utf8'));
  const lines = [];
  for (const [query, document] of pairs) {
    const encoding = await tokenizer.encode(query, document);
    lines.push(JSON.stringify({ query, document, input_ids: encoding.getIds(), token_type_ids: encoding.getTypeIds() }));
  }
  writeFileSync(join(models, model, 'goldens.jsonl'), `${lines.join('\n')}\n`);
  console.log(`${model}: ${lines.length} pairs`);
}
