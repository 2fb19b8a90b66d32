// npm run drop: puts a file into the container of drops, waits for its results and writes them beside it.
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { during, say, UserError } from './output.mjs';
import { root } from './prerequisites.mjs';

const drops = 'rerank-drops';
const results = 'rerank-results';
const version = '2021-12-02';
const waitMs = 10 * 60_000;

// The account that every Azurite has on its usual ports, as Microsoft documents it.
const development = 'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;' +
  'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;' +
  'BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;';

/** Returns the parts of the connection string of the environment or of local.settings.json. */
function connection() {
  const file = path.join(root, 'local.settings.json');
  const text = process.env.AzureWebJobsStorage ?? (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).Values?.AzureWebJobsStorage : undefined);
  if (!text) throw new UserError('Set AzureWebJobsStorage to the connection string of the storage account.');
  const parts = Object.fromEntries((text === 'UseDevelopmentStorage=true' ? development : text).split(';').filter(Boolean)
    .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
  if (!parts.AccountName || !parts.AccountKey) throw new UserError('AzureWebJobsStorage must be a connection string with an account key.');
  const suffix = parts.EndpointSuffix ?? 'core.windows.net';
  return { ...parts, BlobEndpoint: parts.BlobEndpoint ?? `https://${parts.AccountName}.blob.${suffix}` };
}

/** Sends a request that is signed with the account's key. */
async function send(account, method, resource, { query = '', body, headers = {} } = {}) {
  const url = new URL(`${account.BlobEndpoint.replace(/\/$/, '')}/${resource}${query}`);
  const sent = { ...headers, 'x-ms-date': new Date().toUTCString(), 'x-ms-version': version };
  const signed = Object.keys(sent).filter((name) => name.startsWith('x-ms-')).sort().map((name) => `${name}:${sent[name]}\n`).join('');
  const parameters = [...url.searchParams].sort().map(([name, value]) => `\n${name}:${value}`).join('');
  const length = body?.length ? String(body.length) : '';
  const text = `${method}\n\n\n${length}\n\n${sent['content-type'] ?? ''}\n\n\n\n\n\n\n${signed}/${account.AccountName}${url.pathname}${parameters}`;
  const signature = createHmac('sha256', Buffer.from(account.AccountKey, 'base64')).update(text, 'utf8').digest('base64');
  return fetch(url, { method, body, headers: { ...sent, authorization: `SharedKey ${account.AccountName}:${signature}` } });
}

async function expect(response, ...codes) {
  if (!codes.includes(response.status)) throw new UserError(`Storage answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return response;
}

/** Waits until a blob is there that is not the known version. */
async function waitFor(account, resource, known) {
  for (const end = Date.now() + waitMs; Date.now() < end; await delay(500)) {
    const response = await expect(await send(account, 'GET', resource), 200, 404);
    if (response.status === 200 && response.headers.get('etag') !== known) return Buffer.from(await response.arrayBuffer());
  }
  throw new UserError(`${resource} did not come within ${waitMs / 60_000} minutes. Does the app run, and does its log say why?`);
}

export async function dropCommand([file, ...rest]) {
  if (!file || rest.length > 0 || !fs.existsSync(file)) throw new UserError('usage: npm run drop -- FILE, with a file of JSON Lines');
  const account = connection();
  const name = path.basename(file);
  const output = `${name.replace(/\.gz$/i, '').replace(/\.jsonl$/i, '')}.results.jsonl`;
  const resource = `${results}/${encodeURIComponent(output)}`;
  const before = await expect(await send(account, 'HEAD', resource), 200, 404);
  await expect(await send(account, 'PUT', drops, { query: '?restype=container' }), 201, 409);
  await expect(await send(account, 'PUT', `${drops}/${encodeURIComponent(name)}`, {
    body: fs.readFileSync(file),
    headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/x-ndjson' },
  }), 201);
  say(`${name} is in ${drops}.`);
  const content = await during(`Waiting for ${results}/${output}`, () => waitFor(account, resource, before.headers.get('etag')));
  const target = path.join(path.dirname(file), output);
  fs.writeFileSync(target, content);
  say(`The results are in ${target}.`);
  return 0;
}
