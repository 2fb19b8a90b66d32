// Child processes, which end with this process, and free ports.
import { spawn, spawnSync } from 'node:child_process';
import net from 'node:net';

const running = new Set();
let stopping;

// No build servers: they would outlive the scripts.
const environment = { MSBUILDDISABLENODEREUSE: '1', UseSharedCompilation: 'false', DOTNET_CLI_USE_MSBUILD_SERVER: '0' };

/**
 * Starts a program in its own process group. The group can be stopped as a whole, and Ctrl-C reaches it only through
 * stopAll, in order.
 */
export function start(command, args, options = {}) {
  if (stopping) throw new Error('stopping');
  const child = spawn(command, args, {
    stdio: 'inherit',
    ...options,
    env: { ...(options.env ?? process.env), ...environment },
    detached: process.platform !== 'win32',
  });
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, error }));
    child.on('close', (code, signal) => resolve({ code: code ?? 1, signal }));
  });
  ended.then(() => running.delete(child));
  child.ended = ended;
  running.add(child);
  return child;
}

/** Runs a program to its end. Returns its exit code and output. */
export async function run(command, args, options = {}) {
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const { code, error } = await child.ended;
  return { code, error, output };
}

/** Returns whether a child has ended. */
export const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

function signal(child, name) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/PID', String(child.pid), '/T', '/F']);
    return;
  }
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Stops a child and what it started: SIGTERM, then SIGKILL after a grace period. */
export async function stop(child, graceMs = 10_000) {
  if (hasEnded(child)) return;
  signal(child, 'SIGTERM');
  const kill = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
  await child.ended;
  clearTimeout(kill);
}

/** Stops all children, the last started first. */
export function stopAll() {
  stopping ??= (async () => {
    for (const child of [...running].reverse()) await stop(child);
  })();
  return stopping;
}

/** Stops the children and this process on SIGINT, SIGTERM and SIGHUP. */
export function stopOnSignals() {
  for (const [name, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]]) {
    process.on(name, async () => {
      process.exitCode = 128 + number;
      await stopAll();
      process.exit();
    });
  }
}

function listen(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(0));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });
}

/** Returns the preferred port if it is free, else any free port. */
export const freePort = async (preferred = 0) => (preferred && (await listen(preferred))) || listen(0);
