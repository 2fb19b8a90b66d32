// Clients of other rerank services against this app: each one reranks, and shows the app's errors by its own error class.
import assert from 'node:assert/strict';
import test from 'node:test';
import { startApp } from './app.mjs';
import { clients } from './clients.mjs';

const query = 'How do I reset my password?';
const documents = [
  'Our office is open from nine to five.',
  'To reset your password, open Settings, choose Security and click Reset password.',
  'A password should be long.',
];

const app = await startApp();
test.after(app.stop);

for (const [name, client] of Object.entries(clients)) {
  test(`${name} reranks`, async () => {
    assert.deepEqual(await client.rerank(app.url, app.keys.web, query, documents), [1, 2, 0]);
  });

  const failures = [
    { status: 422, key: 'web', question: ' ', message: 'must not be empty or blank' },
    { status: 401, key: 'unknown', question: query, message: 'no valid key' },
    { status: 429, key: 'busy', question: query, message: 'as many as it may have' },
  ];
  for (const { status, key, question, message } of failures) {
    test(`${name} shows ${status}`, async () => {
      const error = await client.rerank(app.url, app.keys[key], question, documents).then(assert.fail, (thrown) => thrown);
      assert.ok(client.isOwn(error, status), String(error));
      assert.equal(error.statusCode ?? error.status, status);
      assert.ok(`${error.message} ${JSON.stringify(error.body ?? {})}`.includes(message), error.message);
    });
  }
}
