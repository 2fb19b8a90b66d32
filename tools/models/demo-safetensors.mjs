// Writes the demo model as a folder with safetensors instead of the ONNX file: the same numbers under Hugging Face's names, 15 MB.
// Matrices are F16, as in the graph; token vectors, which are int8 with a scale a row there, are F32.
// usage: node tools/models/demo-safetensors.mjs FOLDER
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readGraph } from './onnx-file.mjs';
import { writeSafetensors } from './safetensors-file.mjs';

const LAYERS = 4;

const SMALL_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'goldens.jsonl'];

const target = process.argv[2];
if (!target) throw new Error('usage: node tools/models/demo-safetensors.mjs FOLDER');
const source = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'models', 'demo');
const { constants } = readGraph(path.join(source, 'onnx', 'model.onnx'));
const tensors = { ...embeddings(), ...classifier() };
for (let layer = 0; layer < LAYERS; layer++) Object.assign(tensors, encoderLayer(layer));
fs.mkdirSync(target, { recursive: true });
for (const file of SMALL_FILES) fs.copyFileSync(path.join(source, file), path.join(target, file));
writeSafetensors(path.join(target, 'model.safetensors'), tensors);

function embeddings() {
  const prefix = 'roberta.embeddings';
  const width = constants.get('positions.h').dims[1];
  return {
    [`${prefix}.word_embeddings.weight`]: wordVectors(),
    [`${prefix}.position_embeddings.weight`]: constants.get('positions.h'),
    // The graph adds none: there is one segment, whose vector is in the positions.
    [`${prefix}.token_type_embeddings.weight`]: { dtype: 'F32', dims: [1, width], bytes: Buffer.alloc(width * 4) },
    ...pair(`${prefix}.LayerNorm`, 'weight', 'bias'),
  };
}

function encoderLayer(layer) {
  const prefix = `roberta.encoder.layer.${layer}`;
  const short = `l${layer}`;
  // The last layer computes its query for the first token alone, so its matrices are apart.
  const packed = constants.has(`${short}.qkv.bias`)
    ? [['query', 'qkv', 0], ['key', 'qkv', 1], ['value', 'qkv', 2]]
    : [['query', 'q', 0], ['key', 'kv', 0], ['value', 'kv', 1]];
  const attention = packed.map(([name, source, part]) => linear(`${prefix}.attention.self.${name}`, `${short}.${source}`, part));
  return Object.assign(
    {},
    ...attention,
    linear(`${prefix}.attention.output.dense`, `${short}.o`),
    pair(`${prefix}.attention.output.LayerNorm`, 'weight', 'bias'),
    linear(`${prefix}.intermediate.dense`, `${short}.f1`),
    linear(`${prefix}.output.dense`, `${short}.f2`),
    pair(`${prefix}.output.LayerNorm`, 'weight', 'bias'));
}

function classifier() {
  const score = constants.get('classifier.out_proj.weight.t');
  return {
    ...linear('classifier.dense', 'cd'),
    'classifier.out_proj.weight': { ...score, dims: [1, score.dims[0]] },
    'classifier.out_proj.bias': constants.get('classifier.out_proj.bias'),
  };
}

/** Part of a matrix [in, parts * width] and its bias, as [width, in]. */
function linear(name, source, part = 0) {
  const { dims: [inputs, columns], bytes, dtype } = constants.get(`${source}.weight.h`);
  const bias = constants.get(`${source}.bias`);
  const width = /\.(query|key|value)$/.test(name) ? inputs : columns;
  const turned = Buffer.alloc(inputs * width * 2);
  for (let column = 0; column < width; column++) {
    for (let row = 0; row < inputs; row++) {
      bytes.copy(turned, (column * inputs + row) * 2, (row * columns + part * width + column) * 2, (row * columns + part * width + column + 1) * 2);
    }
  }

  return {
    [`${name}.weight`]: { dtype, dims: [width, inputs], bytes: turned },
    [`${name}.bias`]: { dtype: 'F32', dims: [width], bytes: bias.bytes.subarray(part * width * 4, (part + 1) * width * 4) },
  };
}

function pair(name, ...leaves) {
  return Object.fromEntries(leaves.map((leaf) => [`${name}.${leaf}`, constants.get(`${name}.${leaf}`)]));
}

function wordVectors() {
  const { dims: [rows, width], bytes } = constants.get('words.q');
  const scales = constants.get('words.s').bytes;
  const floats = Buffer.alloc(rows * width * 4);
  for (let row = 0; row < rows; row++) {
    const scale = scales.readFloatLE(row * 4);
    for (let i = row * width; i < (row + 1) * width; i++) floats.writeFloatLE(bytes.readInt8(i) * scale, i * 4);
  }

  return { dtype: 'F32', dims: [rows, width], bytes: floats };
}
