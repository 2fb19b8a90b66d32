#!/usr/bin/env node
// All that "npm start" and "npm test" call. Plain Node; what it needs beyond, it installs.
import path from 'node:path';
import { start, stopAll, stopOnSignals } from './dev/children.mjs';
import { Mendable } from './dev/output.mjs';
import { build, ensureNpmParts, prepare, root } from './dev/parts.mjs';
import { startServer } from './dev/server.mjs';
import { startCommand } from './dev/start.mjs';
import { testCommand } from './dev/test.mjs';

/** Runs a console project of tests/ with the arguments behind the command's name. */
async function runProject(name, args) {
  const project = `tests/${name}/${name}.csproj`;
  await build(project);
  const { code } = await start('dotnet', ['run', '--project', project, '-c', 'Release', '--no-build', '--', ...args], { cwd: root }).ended;
  return code;
}

const commands = {
  start: startCommand,
  test: testCommand,
  async bench(args) {
    const compat = await prepare();
    if (args[0] === 'tokenizers') {
      await ensureNpmParts('tools/goldens', "Hugging Face's tokenizers");
      process.env.NODE_PATH = path.join(root, 'tools', 'goldens', 'node_modules');
    }
    if (args.length > 0) return runProject('RerankFunctions.Benchmarks', args);
    await build('src/RerankFunctions/RerankFunctions.csproj');
    const { url } = await startServer(compat);
    return runProject('RerankFunctions.Benchmarks', ['latency', '--url', url]);
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
  if (process.exitCode !== undefined) code = process.exitCode; // a signal ends everything; that a step failed over it is no news
  else if (error instanceof Mendable) console.error(error.message);
  else throw error;
} finally {
  await stopAll();
}
process.exit(process.exitCode ?? code);
