// Writes pairs of texts and the ids and type ids that Hugging Face's library gives them, beside the small encoders in
// tests/RerankFunctions.Tests/Models. Run: npm ci --prefix tools/goldens && node tools/goldens/pairs.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, Tokenizer, writeLines } from './golden-files.mjs';
import { sentences } from './texts.mjs';

const models = join(root, 'tests/RerankFunctions.Tests/Models');
const long = sentences.slice(0, 12).join(' ');
const pairs = [
  ...sentences.slice(0, 12).map((document, i) => [sentences[(i * 7 + 3) % sentences.length], document]),
  ['Which train?', ''], ['', 'An empty query.'], ['x', 'y'], ['Where is the queue?', long], [long, 'Short.'], ['été  1234', '\tA tab\nand e\u0301 ½ 🚀'],
];

for (const model of ['bert-tiny', 'modernbert-tiny']) {
  const tokenizer = Tokenizer.fromString(readFileSync(join(models, model, 'tokenizer.json'), 'utf8'));
  const goldens = [];
  for (const [query, document] of pairs) {
    const encoding = await tokenizer.encode(query, document);
    goldens.push({ query, document, input_ids: encoding.getIds(), token_type_ids: encoding.getTypeIds() });
  }
  writeLines(join(models, model, 'goldens.jsonl'), goldens);
  console.log(`${model}: ${goldens.length} pairs`);
}
