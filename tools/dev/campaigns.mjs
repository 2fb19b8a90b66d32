// npm run fuzz, npm run simulate, npm run chaos, npm run batch: campaigns whose short forms are in npm test.
import { start } from './children.mjs';
import { UserError } from './output.mjs';
import { build, prepare, root, solution } from './prerequisites.mjs';

/** Runs hostile texts and files against tokenizers and loaders, or hostile requests against the rerank routes. */
export async function fuzzCommand(args) {
  if (args[0] === 'requests') {
    const { cases, seed } = numbers(args.slice(1), { cases: 100_000, seed: 1 });
    return runTest('RerankFunctions.EndToEnd', 'RequestFuzzTests', { RERANK_REQUEST_FUZZ: `${cases},${seed}` });
  }
  await prepare();
  const project = 'tests/RerankFunctions.Fuzz/RerankFunctions.Fuzz.csproj';
  await build(project);
  return (await start('dotnet', ['run', '--project', project, '-c', 'Release', '--no-build', '--', ...args], { cwd: root }).ended).code;
}

/** Runs seeded schedules of the job protocol: --seeds N for the first N, --seed N for one. */
export async function simulateCommand(args) {
  const { seeds, seed } = numbers(args, { seeds: 200_000, seed: undefined });
  return runTest('RerankFunctions.Tests', 'ProtocolSimulationTests.Whatever', {
    RERANK_SIMULATION_SEEDS: seeds,
    ...(seed === undefined ? {} : { RERANK_SIMULATION_SEED: seed }),
  });
}

/** Runs jobs on real processes while workers are killed and storage stands still. */
export async function chaosCommand(args) {
  const plan = numbers(args, { jobs: 3_000, 'in-flight': 100, kills: 50, terminations: 20, pauses: 12, seed: 1 });
  return runTest('RerankFunctions.EndToEnd', 'ChaosTests', { RERANK_CHAOS: Object.values(plan).join(',') });
}

/** Runs a batch on real processes that are killed while they cut and score it. */
export async function batchCommand(args) {
  const plan = numbers(args, { lines: 20_000, documents: 10, kills: 5, seed: 1 });
  return runTest('RerankFunctions.EndToEnd', 'BatchCampaignTests', { RERANK_BATCH: Object.values(plan).join(',') });
}

async function runTest(project, filter, variables) {
  await prepare();
  await build(solution);
  for (const [name, value] of Object.entries(variables)) process.env[name] = String(value);
  const args = ['test', `tests/${project}`, '-c', 'Release', '--no-build', '--nologo', '--filter', `FullyQualifiedName~${filter}`,
    '--logger', 'console;verbosity=detailed'];
  return (await start('dotnet', args, { cwd: root }).ended).code;
}

/** Reads options like --jobs 100. */
function numbers(args, defaults) {
  const values = { ...defaults };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, '');
    const value = Number(args[i + 1]);
    if (!Object.hasOwn(defaults, name) || !Number.isInteger(value) || value < 0) {
      throw new UserError(`usage: ${Object.keys(defaults).map((option) => `[--${option} N]`).join(' ')}`);
    }
    values[name] = value;
  }
  return values;
}
