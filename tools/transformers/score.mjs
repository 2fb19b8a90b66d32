// Scores the jobs of a workload with transformers.js, each as one padded batch, as its pipelines do.
// node score.mjs MODEL_FOLDER THREADS WORKLOAD.json; prints "ready", then for each line of its input what a round took.
// Exit code 3: the package is not installed.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

const [folder, threads, workload] = process.argv.slice(2);
let transformers;
try {
  transformers = await import('@huggingface/transformers');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.exit(3);
}

const { AutoModelForSequenceClassification, PreTrainedTokenizer, env } = transformers;
env.allowRemoteModels = false;
env.localModelPath = path.dirname(path.resolve(folder));
const read = (file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
const config = read('config.json');
const vocabulary = read('tokenizer.json');
const settings = fs.existsSync(path.join(folder, 'tokenizer_config.json')) ? read('tokenizer_config.json') : {};
const padToken = vocabulary.added_tokens.find((token) => token.id === config.pad_token_id)?.content;
const tokenizer = new PreTrainedTokenizer(vocabulary, { pad_token: padToken, model_max_length: 512, ...settings });
const model = await AutoModelForSequenceClassification.from_pretrained(path.basename(folder), {
  dtype: 'fp32',
  device: 'cpu',
  use_external_data_format: fs.existsSync(path.join(folder, 'onnx', 'model.onnx_data')),
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
});

const jobs = JSON.parse(fs.readFileSync(workload, 'utf8'));

async function round() {
  let cells = 0;
  let tokens = 0;
  for (const { query, documents } of jobs) {
    const inputs = tokenizer(documents.map(() => query), { text_pair: documents, padding: true, truncation: true });
    cells += inputs.input_ids.data.length;
    tokens += inputs.attention_mask.data.reduce((sum, mask) => sum + Number(mask), 0);
    const { logits } = await model(inputs);
    if (logits.dims[0] !== documents.length) throw new Error(`${logits.dims[0]} logits for ${documents.length} documents`);
  }
  return { cells, tokens };
}

console.log('ready');
for await (const _ of readline.createInterface({ input: process.stdin })) {
  const cpu = process.cpuUsage();
  const started = process.hrtime.bigint();
  const sizes = await round();
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ ...sizes, cpu: (user + system) / 1e6, wall: Number(process.hrtime.bigint() - started) / 1e9 }));
}
process.exit(0);
