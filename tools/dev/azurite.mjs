// Azurite, the storage emulator: on its usual ports with a folder that persists, or on free ports in memory.
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, hasEnded, start } from './children.mjs';
import { say, UserError } from './output.mjs';
import { root } from './prerequisites.mjs';

const usualPorts = [10000, 10001, 10002];

function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => resolve(false));
  });
}

/** Starts Azurite on ports that were just free. Returns the connection string, or undefined if another program took a port first. */
async function tryStart(ports, usual) {
  const key = randomBytes(32).toString('base64');
  const child = start(process.execPath, [
    path.join(root, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js'),
    '--silent', '--skipApiVersionCheck', '--disableTelemetry',
    '--blobPort', ports[0], '--queuePort', ports[1], '--tablePort', ports[2],
    ...(usual ? ['--location', path.join(root, '.azurite')] : ['--inMemoryPersistence']),
  ].map(String), {
    stdio: ['ignore', 'ignore', 'inherit'],
    // Only the usual ports have the well-known account; this key is for one run.
    env: usual ? process.env : { ...process.env, AZURITE_ACCOUNTS: `devstoreaccount1:${key}` },
  });
  // A port that accepts may belong to another program: Azurite owns it only if it still runs a moment later.
  for (let tries = 0; !(await Promise.all(ports.map(accepts))).every(Boolean) && tries < 600 && !hasEnded(child); tries++) await delay(50);
  await delay(500);
  if (hasEnded(child)) return undefined;
  return usual
    ? 'UseDevelopmentStorage=true'
    : `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};` +
      ['Blob', 'Queue', 'Table'].map((kind, i) => `${kind}Endpoint=http://127.0.0.1:${ports[i]}/devstoreaccount1`).join(';');
}

/** Starts Azurite and waits until it accepts connections. A private one takes free ports and keeps nothing. Returns its connection string. */
export async function startAzurite(isPrivate = false) {
  for (let tries = 0; tries < 3; tries++) {
    const ports = [];
    for (const port of usualPorts) ports.push(await freePort(tries === 0 && !isPrivate ? port : 0));
    const usual = ports.every((port, i) => port === usualPorts[i]);
    const connection = await tryStart(ports, usual);
    if (connection) {
      if (!isPrivate) say(`Azurite listens on ports ${ports.join(', ')}${usual ? '; its data is in .azurite' : ' (the usual ones are taken); its data is lost when it stops'}.`);
      return connection;
    }
  }
  throw new UserError('Azurite did not start: delete node_modules and run the command again.');
}
