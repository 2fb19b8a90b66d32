// Azurite, the storage emulator: on its usual ports and a folder that stays, or on free ports and in memory.
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, hasEnded, start } from './children.mjs';
import { Mendable, say } from './output.mjs';
import { root } from './parts.mjs';

const usualPorts = [10000, 10001, 10002];

function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => resolve(false));
  });
}

/** Starts Azurite on ports that were free a moment ago. Gives the connection string, or nothing when another program was faster. */
async function tryStart(ports, usual) {
  const key = randomBytes(32).toString('base64');
  const child = start(process.execPath, [
    path.join(root, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js'),
    '--silent', '--skipApiVersionCheck', '--disableTelemetry',
    '--blobPort', ports[0], '--queuePort', ports[1], '--tablePort', ports[2],
    ...(usual ? ['--location', path.join(root, '.azurite')] : ['--inMemoryPersistence']),
  ].map(String), {
    stdio: ['ignore', 'ignore', 'inherit'],
    // A key made for this run alone: only the usual ports have a well-known account.
    env: usual ? process.env : { ...process.env, AZURITE_ACCOUNTS: `devstoreaccount1:${key}` },
  });
  // Ports that accept may be another program's: this one has them only if it still runs a moment later.
  for (let tries = 0; !(await Promise.all(ports.map(accepts))).every(Boolean) && tries < 600 && !hasEnded(child); tries++) await delay(50);
  await delay(500);
  if (hasEnded(child)) return undefined;
  return usual
    ? 'UseDevelopmentStorage=true'
    : `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};` +
      ['Blob', 'Queue', 'Table'].map((kind, i) => `${kind}Endpoint=http://127.0.0.1:${ports[i]}/devstoreaccount1`).join(';');
}

/** Starts Azurite and waits until it accepts connections. Gives the connection string to use. */
export async function startAzurite() {
  for (let tries = 0; tries < 3; tries++) {
    const ports = [];
    for (const port of usualPorts) ports.push(await freePort(tries === 0 ? port : 0));
    const usual = ports.every((port, i) => port === usualPorts[i]);
    const connection = await tryStart(ports, usual);
    if (connection) {
      say(`Azurite answers on ports ${ports.join(', ')}${usual ? '; its data is in .azurite' : ' (the usual ones are taken); its data is gone when it stops'}.`);
      return connection;
    }
  }
  throw new Mendable('Azurite did not start: delete node_modules and run the same command again.');
}
