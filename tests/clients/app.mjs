// The app that the clients call: one process, whose keys and limits the tests know.
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { stopAll, stopOnSignals } from '../../tools/dev/children.mjs';
import { startServer } from '../../tools/dev/server.mjs';

const newKey = () => randomBytes(24).toString('base64url');
const hash = (key) => createHash('sha256').update(key).digest('hex');

/** Starts the app. Of its keys, `busy` has as many requests under way as it may have. */
export async function startApp() {
  const keys = { web: newKey(), busy: newKey(), unknown: newKey() };
  stopOnSignals();
  try {
    const { url, storage } = await startServer(true, {
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      Rerank__ClientKeys__web: hash(keys.web),
      Rerank__ClientKeys__busy: hash(keys.busy),
      Rerank__MaxRequestsPerKey: '1',
      Rerank__Limits__MinUploadBytesPerSecond: '1',
    }, true);
    const release = await holdRequest(url, keys.busy);
    return { url, storage, keys, stop: () => (release(), stopAll()) };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Opens a request and leaves it unfinished. The server asks for the body once the request counts. */
function holdRequest(url, key) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/v2/rerank`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': 100_000, expect: '100-continue' },
    });
    request.on('continue', () => {
      request.write(' '.repeat(50_000));
      resolve(() => request.destroy());
    });
    request.on('response', (response) => reject(new Error(`The held request got ${response.statusCode}.`)));
    request.on('error', () => {}); // it is destroyed at the end
    request.flushHeaders();
  });
}
