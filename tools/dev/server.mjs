// The app and its storage: one process on the compat worker, or the Functions Core Tools.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startAzurite } from './azurite.mjs';
import { freePort, hasEnded, start } from './children.mjs';
import { say, UserError } from './output.mjs';
import { root } from './prerequisites.mjs';

const output = path.join(root, 'src', 'RerankFunctions', 'bin', 'Release', 'net10.0');
const coreTools = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'func.cmd' : 'func');

function localSettings() {
  const file = path.join(root, 'local.settings.json');
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`local.settings.json cannot be read (${error.message}): correct it, or delete it to start from the sample.`);
  }
}

async function answers(url) {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(2_000) });
  } catch {
    return undefined; // not listening yet
  }
}

function startCoreTools(port, env) {
  // npm's copy, or the one on the PATH if npm could not download its own.
  const command = fs.existsSync(coreTools) ? coreTools : 'func';
  return start(command, ['start', '--no-build', '--port', String(port)], { cwd: output, env, shell: process.platform === 'win32' });
}

/**
 * Starts storage and app, with settings of the caller, and waits until the model is loaded. A private server takes free ports, and its data is lost when it
 * stops. Returns the base URL, the storage and the app's process.
 */
export async function startServer(compat, given = {}, isPrivate = false) {
  const settings = localSettings();
  const environment = { ...process.env, ...given };
  const storage = environment.AzureWebJobsStorage ?? settings.Values?.AzureWebJobsStorage;
  if (isPrivate || storage === 'UseDevelopmentStorage=true') environment.AzureWebJobsStorage = await startAzurite(isPrivate);
  const preferred = isPrivate ? 0 : Number(settings.Host?.LocalHttpPort ?? 7071);
  const port = await freePort(preferred);
  if (preferred && port !== preferred) say(`Port ${preferred} is taken: using ${port}.`);
  const app = compat
    ? start('dotnet', [path.join(output, 'RerankFunctions.dll')], { cwd: output, env: { ...environment, Host__LocalHttpPort: String(port) } })
    : startCoreTools(port, environment);
  const url = `http://localhost:${port}`;
  do {
    await delay(100);
    if (hasEnded(app)) {
      throw new UserError((await app.ended).code === 127
        ? 'The Functions Core Tools were not found: install them, or run with UseCompatPackages=true.'
        : 'The app stopped before it was ready; its output above says why.');
    }
    // Once the app has ended, an answer is another program's.
  } while (!(await answers(`${url}/readyz`))?.ok || hasEnded(app));
  return { url, app, storage: environment.AzureWebJobsStorage ?? storage };
}
