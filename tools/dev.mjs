#!/usr/bin/env node
// The commands behind the scripts of package.json. Needs Node.js alone and installs the rest.
import path from 'node:path';
import { start, stopAll, stopOnSignals } from './dev/children.mjs';
import { formatCommand } from './dev/format.mjs';
import { UserError } from './dev/output.mjs';
import { build, ensureNpmPackages, prepare, root } from './dev/prerequisites.mjs';
import { startServer } from './dev/server.mjs';
import { startCommand } from './dev/start.mjs';
import { testCommand } from './dev/test.mjs';

/** Builds and runs a console project of tests/. */
async function runProject(name, args) {
  const project = `tests/${name}/${name}.csproj`;
  await build(project);
  const { code } = await start('dotnet', ['run', '--project', project, '-c', 'Release', '--no-build', '--', ...args], { cwd: root }).ended;
  return code;
}

const commands = {
  start: startCommand,
  test: testCommand,
  format: formatCommand,
  async bench(args) {
    const compat = await prepare();
    if (args[0] === 'tokenizers') {
      await ensureNpmPackages('tools/goldens', "Hugging Face's tokenizers");
      process.env.NODE_PATH = path.join(root, 'tools', 'goldens', 'node_modules');
    }
    const [name = 'latency', ...rest] = args;
    if (!['latency', 'waiting'].includes(name) || rest.includes('--url')) return runProject('RerankFunctions.Benchmarks', [name, ...rest]);
    await build('src/RerankFunctions/RerankFunctions.csproj');
    const { url, app } = await startServer(compat);
    return runProject('RerankFunctions.Benchmarks', [name, '--url', url, ...(name === 'waiting' ? ['--pid', String(app.pid)] : []), ...rest]);
  },
  async fuzz(args) {
    await prepare();
    return runProject('RerankFunctions.Fuzz', args);
  },
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name ?? '')) {
  console.error(`usage: node tools/dev.mjs ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}

stopOnSignals();
let code = 1;
try {
  code = (await commands[name](args)) ?? 0;
} catch (error) {
  if (process.exitCode !== undefined) code = process.exitCode; // a signal ended the step
  else if (error instanceof UserError) console.error(error.message);
  else throw error;
} finally {
  await stopAll();
}
process.exit(process.exitCode ?? code);
