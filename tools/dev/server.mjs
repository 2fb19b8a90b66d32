// The app with its storage: in one process on the compat worker, or under the Functions Core Tools.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startAzurite } from './azurite.mjs';
import { freePort, hasEnded, start } from './children.mjs';
import { Mendable, say } from './output.mjs';
import { root } from './parts.mjs';

const output = path.join(root, 'src', 'RerankFunctions', 'bin', 'Release', 'net10.0');
const coreTools = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'func.cmd' : 'func');

function localSettings() {
  const file = path.join(root, 'local.settings.json');
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Mendable(`local.settings.json cannot be read (${error.message}): mend it, or delete it to get the sample again.`);
  }
}

async function answers(url) {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(2_000) });
  } catch {
    return undefined; // nothing listens yet: asked again until the process ends
  }
}

function startCoreTools(port, env) {
  // npm's own copy where its download worked, else the one on the PATH.
  const command = fs.existsSync(coreTools) ? coreTools : 'func';
  return start(command, ['start', '--no-build', '--port', String(port)], { cwd: output, env, shell: process.platform === 'win32' });
}

/** Starts storage and app and waits until the model is loaded. Gives the base URL and the app's process. */
export async function startServer(compat) {
  const settings = localSettings();
  const environment = { ...process.env };
  const storage = environment.AzureWebJobsStorage ?? settings.Values?.AzureWebJobsStorage;
  if (storage === 'UseDevelopmentStorage=true') environment.AzureWebJobsStorage = await startAzurite();
  const wished = Number(settings.Host?.LocalHttpPort ?? 7071);
  const port = await freePort(wished);
  if (port !== wished) say(`Port ${wished} is taken: using ${port}.`);
  const app = compat
    ? start('dotnet', [path.join(output, 'RerankFunctions.dll')], { cwd: output, env: { ...environment, Host__LocalHttpPort: String(port) } })
    : startCoreTools(port, environment);
  const url = `http://localhost:${port}`;
  do {
    await delay(100);
    if (hasEnded(app)) {
      throw new Mendable((await app.ended).code === 127
        ? 'The Functions Core Tools are not on this machine: install them, or run with UseCompatPackages=true.'
        : 'The app stopped before it was ready; what it says above tells why.');
    }
    // The app is asked after it was seen running: an answer that comes while it is gone is another program's.
  } while (!(await answers(`${url}/readyz`))?.ok || hasEnded(app));
  return { url, app };
}
