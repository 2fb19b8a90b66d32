// OpenAI's SDK against batches: lines in its form, its client, and its types for every answer.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI from 'openai';
import { accountOf, putBlob, waitForBlob } from '../../tools/dev/blobs.mjs';
import { startApp } from './app.mjs';
import { typeErrors } from './types.mjs';

// OpenAI's example of a line, with the URL and the body of a rerank request.
const line = (number, body) => JSON.stringify({ custom_id: `request-${number}`, method: 'POST', url: '/v1/rerank', body });

// A line of output as OpenAI documents it: the SDK has types for parts of bodies alone.
const imports = `import OpenAI from 'openai';
interface Line<Body> {
  id: string;
  custom_id: string;
  response: { status_code: number; request_id: string; body: Body } | null;
  error: { code: string; message: string } | null;
}`;

const minutes = 2;
const app = await startApp();
test.after(app.stop);
const storage = accountOf(app.storage);
const { batches } = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: app.keys.web, maxRetries: 0 });

async function start(name, content) {
  await putBlob(storage, 'rerank-drops', name, Buffer.from(content));
  return batches.create({ input_file_id: `rerank-drops/${name}`, endpoint: '/v1/rerank', completion_window: '24h', metadata: { file: name } });
}

async function waitForEnd(id) {
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; await delay(100)) {
    const batch = await batches.retrieve(id);
    if (['completed', 'failed', 'cancelled', 'expired'].includes(batch.status)) return batch;
  }
  throw new Error(`The batch did not end within ${minutes} minutes.`);
}

test("a batch and its output have OpenAI's types", async () => {
  const { id } = await start('lines.jsonl', [
    line(1, { query: 'When are you open?', documents: ['Tea steeps for three minutes.', 'We are open from nine to five.'] }),
    line(2, { query: ' ', documents: ['Tea steeps for three minutes.'] }),
  ].join('\n'));
  const batch = await waitForEnd(id);
  const output = await waitForBlob(storage, 'rerank-results', 'lines.results.jsonl', null, minutes);
  const [answered, refused] = output.toString().trim().split('\n').map((text) => JSON.parse(text));

  assert.equal(batch.status, 'completed');
  assert.equal(batch.output_file_id, 'rerank-results/lines.results.jsonl');
  assert.deepEqual(batch.metadata, { file: 'lines.jsonl' });
  assert.deepEqual(batch.request_counts, { total: 2, completed: 1, failed: 1 });
  assert.equal(batch.usage.input_tokens, answered.response.body.usage.prompt_tokens);
  assert.equal(answered.custom_id, 'request-1');
  assert.deepEqual(answered.response.body.results.map(({ index }) => index), [1, 0]);
  assert.deepEqual([refused.custom_id, refused.response.status_code, refused.error.code], ['request-2', 422, 'invalid_request']);
  assert.deepEqual(typeErrors(imports, [
    ['OpenAI.Batch', batch],
    ['Line<{ model: string; usage: OpenAI.CompletionUsage }>', answered],
    ['Line<{ error: OpenAI.ErrorObject }>', refused],
  ]), []);
});

test('a batch that failed says why', async () => {
  const { id } = await start('array.jsonl', '[]');
  const batch = await waitForEnd(id);

  assert.deepEqual(batch.errors.data.map(({ code }) => code), ['not_json_lines']);
  assert.deepEqual(typeErrors(imports, [['OpenAI.Batch', batch]]), []);
});

test('the list has all batches, a page after the other', async () => {
  const started = [await start('first.jsonl', line(1, { query: 'q', documents: ['a'] })), await start('second.jsonl', line(1, { query: 'q', documents: ['b'] }))];
  const listed = [];
  for await (const batch of batches.list({ limit: 1 })) listed.push(batch);

  for (const { id } of started) assert.equal(listed.filter((batch) => batch.id === id).length, 1);
  assert.deepEqual(typeErrors(imports, [['OpenAI.Batch[]', listed]]), []);
});

test('a batch is cancelled, once', async () => {
  // More work than there is time for before the second request.
  const lines = Array.from({ length: 10_000 }, (_, i) => line(i, { query: `Question ${i}?`, documents: Array.from({ length: 10 }, (_, j) => `${i} or ${j}`) }));
  const { id } = await start('long.jsonl', lines.join('\n'));
  const cancelling = await batches.cancel(id);
  const cancelled = await waitForEnd(id);

  assert.ok(['cancelling', 'cancelled'].includes(cancelling.status), cancelling.status);
  assert.equal(cancelled.status, 'cancelled');
  assert.deepEqual(typeErrors(imports, [['OpenAI.Batch[]', [cancelling, cancelled]]]), []);
  await assert.rejects(batches.cancel(id), (error) => error instanceof OpenAI.ConflictError && error.code === 'batch_ended');
  await assert.rejects(batches.retrieve('batch_0'), (error) => error instanceof OpenAI.NotFoundError && error.message.includes('batch'));
});
