// A model folder in transformers.js, as its pipelines run it: a job is one padded batch.
// The process ends with exit code 3 if the package is not installed.
import fs from 'node:fs';
import path from 'node:path';

/** Loads a model. Returns a function that scores a query's documents. */
export async function load(folder, threads) {
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

  return async (query, documents) => {
    const inputs = tokenizer(documents.map(() => query), { text_pair: documents, padding: true, truncation: true });
    const cells = inputs.input_ids.data.length;
    const tokens = inputs.attention_mask.data.reduce((sum, mask) => sum + Number(mask), 0);
    const { logits } = await model(inputs);
    if (logits.dims[0] !== documents.length) throw new Error(`${logits.dims[0]} logits for ${documents.length} documents`);
    return { cells, tokens, logits: logits.data };
  };
}
