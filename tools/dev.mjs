#!/usr/bin/env node
// The commands behind the scripts of package.json. Needs Node.js alone and installs the rest.
import { benchCommand } from './dev/bench.mjs';
import { batchCommand, chaosCommand, fuzzCommand, simulateCommand } from './dev/campaigns.mjs';
import { stopAll, stopOnSignals } from './dev/children.mjs';
import { dropCommand } from './dev/drop.mjs';
import { formatCommand } from './dev/format.mjs';
import { UserError } from './dev/output.mjs';
import { startCommand } from './dev/start.mjs';
import { testCommand } from './dev/test.mjs';

const commands = {
  start: startCommand,
  test: testCommand,
  format: formatCommand,
  bench: benchCommand,
  fuzz: fuzzCommand,
  simulate: simulateCommand,
  chaos: chaosCommand,
  batch: batchCommand,
  drop: dropCommand,
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
