// Blobs of a storage account, written and read with the account's key.
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from './output.mjs';

const version = '2021-12-02';

// The account that every Azurite has on its usual ports, as Microsoft documents it.
const development = 'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;' +
  'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;' +
  'BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;';

/** Returns the account of a connection string. */
export function accountOf(connection) {
  const parts = Object.fromEntries((connection === 'UseDevelopmentStorage=true' ? development : connection).split(';').filter(Boolean)
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

/** Writes a blob of JSON Lines, and its container if that is missing. */
export async function putBlob(account, container, name, content) {
  await expect(await send(account, 'PUT', container, { query: '?restype=container' }), 201, 409);
  await expect(await send(account, 'PUT', `${container}/${encodeURIComponent(name)}`, {
    body: content,
    headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/x-ndjson' },
  }), 201);
}

/** Returns the ETag of a blob; null if there is none. */
export async function findBlob(account, container, name) {
  return (await expect(await send(account, 'HEAD', `${container}/${encodeURIComponent(name)}`), 200, 404)).headers.get('etag');
}

/** Waits until a blob is there that is not the known version, and returns its content. */
export async function waitForBlob(account, container, name, known, minutes) {
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; await delay(500)) {
    const response = await expect(await send(account, 'GET', `${container}/${encodeURIComponent(name)}`), 200, 404);
    if (response.status === 200 && response.headers.get('etag') !== known) return Buffer.from(await response.arrayBuffer());
  }
  throw new UserError(`${container}/${name} did not come within ${minutes} minutes. Does the app run, and does its log say why?`);
}
