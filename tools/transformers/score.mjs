// Scores the jobs of a workload with transformers.js.
// node score.mjs MODEL_FOLDER THREADS WORKLOAD.json; prints "ready", then for each line of its input what a round took.
import fs from 'node:fs';
import readline from 'node:readline';
import { load } from './model.mjs';

const [folder, threads, workload] = process.argv.slice(2);
const score = await load(folder, threads);
const jobs = JSON.parse(fs.readFileSync(workload, 'utf8'));

async function round() {
  let cells = 0;
  let tokens = 0;
  for (const { query, documents } of jobs) {
    const scored = await score(query, documents);
    cells += scored.cells;
    tokens += scored.tokens;
  }
  return { cells, tokens };
}

console.log('ready');
for await (const _ of readline.createInterface({ input: process.stdin })) {
  const cpu = process.cpuUsage();
  const started = process.hrtime.bigint();
  const sizes = await round();
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ ...sizes, cpu: (user + system) / 1e6, wall: Number(process.hrtime.bigint() - started) / 1e9 }));
}
process.exit(0);
