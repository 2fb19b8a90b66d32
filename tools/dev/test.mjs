// npm test: runs the format check, every test project, the tests of these scripts and those with rerank clients. The last line has the totals.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run, start } from './children.mjs';
import { isLaidOut } from './format.mjs';
import { during, say } from './output.mjs';
import { build, ensureNpmPackages, prepare, replaceablePackages, root, solution } from './prerequisites.mjs';

const attribute = (tag, name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);

/** Counts passed, failed and skipped tests of a .NET project. A run without a report is a failure. */
async function dotnetTests(project, results) {
  const report = path.join(results, `${project}.trx`);
  const child = start('dotnet', ['test', path.join(root, 'tests', project), '-c', 'Release', '--no-build', '--nologo',
    '--logger', 'console;verbosity=minimal', '--logger', `trx;LogFileName=${report}`, ...process.argv.slice(3)], { cwd: root });
  const { code } = await child.ended;
  const counters = fs.existsSync(report) ? /<Counters [^>]*>/.exec(fs.readFileSync(report, 'utf8'))?.[0] : undefined;
  if (!counters) return { passed: 0, failed: 1, skipped: 0 };
  const passed = attribute(counters, 'passed');
  const failed = attribute(counters, 'failed') + attribute(counters, 'error');
  return { passed, failed: failed || Number(code !== 0), skipped: attribute(counters, 'total') - passed - failed };
}

async function scriptTests(task, folder) {
  const tests = fs.readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.test.mjs')).map((name) => path.join(folder, name));
  const { output } = await during(task, () => run(process.execPath, ['--test', '--test-reporter=tap', ...tests], { cwd: root }));
  const count = (name) => Number(new RegExp(`^# ${name} (\\d+)`, 'm').exec(output)?.[1] ?? NaN);
  const failed = count('fail') + count('cancelled');
  if (failed !== 0) say(output);
  return { passed: count('pass') || 0, failed: Number.isNaN(failed) ? 1 : failed, skipped: count('skipped') || 0 };
}

// With the official packages, the app is first compiled against them. The tests start it as one process, which only the compat
// worker can do; all other packages stay official.
async function ensureCompatWorker(compat) {
  if (compat) return;
  await build('src/RerankFunctions/RerankFunctions.csproj');
  process.env.UseCompatPackages = 'true';
  process.env.OfficialPackages = replaceablePackages().map(({ id }) => id).filter((id) => !id.startsWith('Microsoft.Azure.Functions.')).join(';');
}

export async function testCommand() {
  const compat = await prepare();
  const laidOut = await isLaidOut();
  await ensureCompatWorker(compat);
  await build(solution);
  const results = fs.mkdtempSync(path.join(os.tmpdir(), 'rerank-tests-'));
  const total = { passed: Number(laidOut), failed: Number(!laidOut), skipped: 0 };
  const add = (counts) => Object.keys(total).forEach((key) => (total[key] += counts[key]));
  try {
    const projects = fs.readdirSync(path.join(root, 'tests')).filter((name) => name.endsWith('Tests') || name.endsWith('EndToEnd')).sort();
    for (const project of projects) add(await dotnetTests(project, results));
    add(await scriptTests('Testing the scripts', path.join('tools', 'dev')));
    await ensureNpmPackages(path.join('tests', 'clients'), 'the rerank clients that the app is tested with');
    add(await scriptTests('Testing with rerank clients', path.join('tests', 'clients')));
  } finally {
    fs.rmSync(results, { recursive: true, force: true });
  }
  if (total.skipped > 0) say(`${total.skipped} skipped`);
  say(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}
