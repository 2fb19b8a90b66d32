import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { freePort } from './children.mjs';
import { root } from './prerequisites.mjs';

const script = path.join(root, 'tools', 'dev.mjs');

/** Runs the script until its output matches. Returns the output and a way to interrupt it as Ctrl-C does. */
function launch(args, until) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
  const ready = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        said += text;
        if (until.test(said)) resolve(said);
      });
    }
    ended.then((code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  return { child, ready, ended, interrupt: () => child.kill('SIGINT') && ended };
}

/** Drops a file with the command that the server has printed. Returns the ids of the lines of its results. */
function drop(said) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rerank-drop-'));
  try {
    const file = path.join(folder, 'lines.jsonl');
    fs.writeFileSync(file, ['a', 'b'].map((id) => JSON.stringify({ custom_id: id, query: 'q', documents: ['one', 'two'] })).join('\n'));
    const command = said.split('\n').find((line) => line.includes('npm run drop')).replace('FILE', file);
    execFileSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' });
    return fs.readFileSync(path.join(folder, 'lines.results.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line).custom_id);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function hold(port) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function descendants(pid) {
  const children = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.split('\n').map(Number).filter(Boolean);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

const shell = (lines) => JSON.parse(execFileSync('bash', ['-c', lines], { encoding: 'utf8' }));

const lives = (pid) => spawnSync('ps', ['-p', String(pid)]).status === 0;

test('an unknown command is refused with the list of commands', () => {
  const { status, stderr } = spawnSync(process.execPath, [script, 'nonsense'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /start \| test/);
});

const needsShell = { skip: process.platform === 'win32' && 'needs bash, pgrep and signals', timeout: 300_000 };

test('two servers run side by side while the usual ports are taken, their curl lines work as printed, and Ctrl-C leaves no process', needsShell, async () => {
  const held = await Promise.all([7071, 10000, 10001, 10002].map(hold));
  const servers = [];
  try {
    const urls = new Set();
    const add = () => servers.push(launch(['start'], /Ready: .*\n[^]*npm run drop.*\n/));
    add();
    for (let count = 0; count < 2; count++) {
      const said = await servers[count].ready;
      if (count === 0) add();
      urls.add(/^Ready: (\S+)/m.exec(said)[1]);
      const [rerank, ...submit] = said.split('\n').filter((line) => line.includes('curl '));
      assert.equal(shell(rerank).results[0].index, 1);
      const job = shell(submit.join('\n'));
      assert.equal(job.status, 'succeeded');
      assert.deepEqual(job.results.map((result) => result.index), [1, 2, 0]);
      if (count === 0) assert.deepEqual(drop(said), ['a', 'b']);
    }
    assert.equal(urls.size, 2);
    const children = servers.flatMap((server) => descendants(server.child.pid));
    assert.ok(children.length >= 4, 'an app and a storage process for each server');
    assert.deepEqual(await Promise.all(servers.map((server) => server.interrupt())), [130, 130]);
    assert.deepEqual(children.filter(lives), []);
  } finally {
    await Promise.all(servers.map((server) => server.interrupt()));
    held.forEach((server) => server?.close());
  }
});

test('a free port replaces a preferred one that is taken', async () => {
  const server = await hold(0);
  const { port } = server.address();
  const given = await freePort(port);
  assert.ok(given > 0 && given !== port);
  server.close();
  await new Promise((resolve) => server.on('close', resolve));
  assert.equal(await freePort(port), port);
});
