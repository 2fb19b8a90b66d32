// Writes small models as safetensors, with the ids of Hugging Face's library and the logits that ONNX Runtime gives on the export of the same weights, to
// tests/RerankFunctions.Tests/Models/safetensors.
// Run: npm ci --prefix tools/goldens && npm ci --prefix tools/transformers && node tools/goldens/built-graphs.mjs
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readGraph } from '../models/onnx-file.mjs';
import { writeSafetensors } from '../models/safetensors-file.mjs';
import { root, Tokenizer, writeLines } from './golden-files.mjs';
import { sentences } from './texts.mjs';

const ort = createRequire(join(root, 'tools/transformers/package.json'))('onnxruntime-node');
const models = join(root, 'tests/RerankFunctions.Tests/Models');
const head = '<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. '
  + 'Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n';
const tail = '<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n';
const instruction = 'Given a web search query, retrieve relevant passages that answer the query';

await write('bert-tiny', 'model.onnx', encoderGoldens);
await write('modernbert-tiny', 'onnx/model.onnx', encoderGoldens);
await write('qwen3-past-tiny', 'onnx/model.onnx', causalGoldens, { name: 'qwen3-tiny' });
await write('qwen3-seqcls-tiny', 'onnx/model.onnx', causalGoldens, { shards: 2 });

async function write(source, onnx, goldens, { name = source, shards = 1 } = {}) {
  const [from, to] = [join(models, source), join(models, 'safetensors', name)];
  mkdirSync(to, { recursive: true });
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json']) copyFileSync(join(from, file), join(to, file));
  const graph = readGraph(join(from, onnx));
  writeShards(to, tensorsOf(graph, JSON.parse(readFileSync(join(from, 'config.json'), 'utf8'))), shards);
  const session = await ort.InferenceSession.create(join(from, onnx));
  writeLines(join(to, 'goldens.jsonl'), await goldens(from, session));
}

/** Weights have their names in a graph, but matrices, which are turned, have those of the nodes that multiply with them. */
function tensorsOf({ constants, nodes }, config) {
  const tensors = {};
  for (const [name, constant] of constants) if (/\.(weight|bias)$/.test(name)) tensors[name.replace(/^m\./, '')] = constant;
  for (const { operator, name, inputs } of nodes) {
    const matrix = constants.get(inputs[1]);
    if (operator === 'MatMul' && matrix) tensors[`${name.replace(/^\/(m\/)?/, '').replace(/\/MatMul$/, '').replaceAll('/', '.')}.weight`] = turned(matrix);
  }

  if (config.tie_word_embeddings) delete tensors['lm_head.weight'];
  return tensors;
}

function turned({ dims: [rows, columns], dtype, bytes }) {
  const result = Buffer.alloc(bytes.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) bytes.copy(result, (column * rows + row) * 4, (row * columns + column) * 4, (row * columns + column + 1) * 4);
  }

  return { dims: [columns, rows], dtype, bytes: result };
}

function writeShards(folder, tensors, count) {
  if (count === 1) return writeSafetensors(join(folder, 'model.safetensors'), tensors);
  const map = {};
  const names = Object.keys(tensors).sort();
  for (let shard = 0; shard < count; shard++) {
    const file = `model-0000${shard + 1}-of-0000${count}.safetensors`;
    const part = names.filter((_, i) => i % count === shard);
    for (const name of part) map[name] = file;
    writeSafetensors(join(folder, file), Object.fromEntries(part.map((name) => [name, tensors[name]])));
  }

  const size = names.reduce((sum, name) => sum + tensors[name].bytes.length, 0);
  writeFileSync(join(folder, 'model.safetensors.index.json'), `${JSON.stringify({ metadata: { total_size: size }, weight_map: map }, null, 2)}\n`);
}

async function encoderGoldens(folder, session) {
  const lines = readFileSync(join(folder, 'goldens.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  for (const golden of lines) {
    const { logits } = await run(session, { input_ids: golden.input_ids, token_type_ids: golden.token_type_ids });
    golden.logit = logits.data[0];
  }

  return lines;
}

async function causalGoldens(folder, session) {
  const tokenizer = Tokenizer.fromString(readFileSync(join(folder, 'tokenizer.json'), 'utf8'));
  const idsOf = async (text) => (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
  const [yes, no] = [tokenizer.tokenToId('yes'), tokenizer.tokenToId('no')];
  const goldens = [];
  for (const [i, document] of [...sentences.slice(0, 14), ''].entries()) {
    const query = sentences[(i * 7 + 3) % sentences.length];
    const body = `<Instruct>: ${instruction}\n<Query>: ${query}\n<Document>: ${document}`;
    const ids = [...await idsOf(head), ...await idsOf(body), ...await idsOf(tail)];
    const { logits } = await run(session, { input_ids: ids, position_ids: ids.map((_, position) => position) });
    const last = logits.dims.length === 3 ? logits.data.subarray((ids.length - 1) * logits.dims[2]) : logits.data;
    goldens.push({ query, document, instruction: null, max_length: 8192, input_ids: ids, logit: logits.dims.length === 3 ? last[yes] - last[no] : last[0] });
  }

  return goldens;
}

async function run(session, rows) {
  const length = rows.input_ids.length;
  const feeds = {};
  for (const name of session.inputNames) {
    // Heads and head size of qwen3-past-tiny.
    feeds[name] = name.startsWith('past_key_values.') ? new ort.Tensor('float32', new Float32Array(0), [1, 2, 0, 32])
      : new ort.Tensor('int64', BigInt64Array.from(rows[name] ?? new Array(length).fill(1), BigInt), [1, length]);
  }

  return session.run(feeds);
}
