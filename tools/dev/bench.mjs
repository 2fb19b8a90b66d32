// npm run bench: one table of all ratios in a short form, or a single benchmark.
import fs from 'node:fs';
import path from 'node:path';
import { run, start, stop } from './children.mjs';
import { during, say, UserError } from './output.mjs';
import { build, ensureNpmPackages, prepare, root } from './prerequisites.mjs';
import { startServer } from './server.mjs';

const project = 'tests/RerankFunctions.Benchmarks/RerankFunctions.Benchmarks.csproj';
const material = path.join(root, '..', 'shared', 'models', 'bench');
const converter = path.join(material, '..', 'to-safetensors.mjs');
const filledModels = path.join(root, '.models', 'bench');
const modelOptions = ['--model', '--causal-model'];

// Sizes of the short form, about five minutes with a model of 6 × 384.
const short = {
  engine: ['--jobs', '4', '--rounds', '2'],
  fairness: ['--documents', '200', '--rounds', '1'],
  app: ['--jobs', '4', '--rounds', '2', '--documents', '200', '--latency-rounds', '6'],
};

/** Returns the folder of a model: a folder, demo, or a graph of ../shared/models/bench, which gets random weights once. */
async function modelFolder(name) {
  if (name === 'demo') return path.join(root, 'models', 'demo');
  if (fs.existsSync(path.join(name, 'config.json')) && !fs.existsSync(path.join(name, 'weights.json'))) return path.resolve(name);
  const source = path.join(material, name);
  if (!fs.existsSync(path.join(source, 'weights.json'))) throw new UserError(`There is no model ${name}: name a model folder, demo, or a folder of ../shared/models/bench.`);
  const filled = path.join(filledModels, name);
  if (!fs.existsSync(filled)) {
    const partial = `${filled}.partial`;
    fs.rmSync(partial, { recursive: true, force: true });
    const { code, output } = await during(`Filling ${name} with random weights`, () => run(process.execPath, [path.join(material, 'fill.mjs'), source, partial]));
    if (code !== 0) throw new UserError(output);
    fs.renameSync(partial, filled);
  }
  return filled;
}

/** Adds --built, a folder with the weights of --model as safetensors: F32, or of the type that --built names. A folder is taken as it is. */
async function withBuilt(args) {
  const [model, built = 'F32'] = [valueOf(args, '--model'), valueOf(args, '--built')];
  if (!model || !['F32', 'F16', 'BF16'].includes(built)) return args;
  if (path.dirname(model) !== filledModels) throw new UserError('graphs needs --built FOLDER, or a --model of ../shared/models/bench, whose weights it writes as safetensors.');
  const filled = path.join(filledModels, `${path.basename(model)}-${built.toLowerCase()}`);
  if (!fs.existsSync(filled)) {
    const partial = `${filled}.partial`;
    fs.rmSync(partial, { recursive: true, force: true });
    const { code, output } = await during(`Writing ${path.basename(model)} as safetensors`, () => run(process.execPath, [converter, model, partial, built]));
    if (code !== 0) throw new UserError(output);
    fs.renameSync(partial, filled);
  }
  const rest = args.filter((argument, i) => argument !== '--built' && args[i - 1] !== '--built');
  return [...rest, '--built', filled];
}

const defaultModel = () => (fs.existsSync(path.join(material, 'minilm-6x384')) ? 'minilm-6x384' : 'demo');

/** Puts folders where the arguments name models. */
async function withModels(args) {
  const folders = [];
  for (const [i, argument] of args.entries()) folders.push(modelOptions.includes(args[i - 1]) ? await modelFolder(argument) : argument);
  return folders;
}

/** The same, with a default model. */
const withDefaultModel = (args) => withModels(args.includes('--model') ? args : ['--model', defaultModel(), ...args]);

const valueOf = (args, name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

async function measure(name, args, env = process.env) {
  const { code } = await start('dotnet', ['run', '--project', project, '-c', 'Release', '--no-build', '--', name, ...args], { cwd: root, env }).ended;
  if (code !== 0) throw new UserError(`The benchmark ${name} failed.`);
}

/** Measures a running app. It runs the model that is measured and keeps no scores, so that every round is work. */
async function measureApp(compat, name, args) {
  if (args.includes('--url')) return measure(name, args);
  await build('src/RerankFunctions/RerankFunctions.csproj');
  const model = valueOf(args, '--model');
  const settings = model ? { Rerank__ModelPath: model, Rerank__ModelThreads: valueOf(args, '--threads') ?? '1', Rerank__CacheBytes: '0' } : {};
  const { url, app, storage } = await startServer(compat, settings, name === 'batch');
  const addresses = ['--url', url, ...(name === 'latency' ? [] : ['--pid', String(app.pid)])];
  await measure(name, [...addresses, ...args], { ...process.env, AzureWebJobsStorage: storage });
  await stop(app);
}

async function ensurePeers() {
  try {
    await ensureNpmPackages('tools/transformers', 'transformers.js');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say('  transformers.js is not installed: its row is skipped');
  }
}

export async function benchCommand(args) {
  const compat = await prepare();
  const named = args.length > 0 && !args[0].startsWith('--');
  const [name, ...rest] = named ? args : ['all', ...args];
  if (name === 'tokenizers') {
    await ensureNpmPackages('tools/goldens', "Hugging Face's tokenizers");
    process.env.NODE_PATH = path.join(root, 'tools', 'goldens', 'node_modules');
  }
  if (['all', 'engine', 'sync'].includes(name)) await ensurePeers();
  await build(project);
  if (name === 'all') {
    const given = await withDefaultModel(rest);
    const out = valueOf(given, '--out');
    await measure('engine', [...short.engine, ...given]);
    await measure('fairness', [...short.fairness, ...given]);
    await measureApp(compat, 'app', [...short.app, ...given]);
    await measure('report', out ? ['--out', out] : []);
  } else if (['engine', 'fairness', 'cli'].includes(name)) {
    await measure(name, await withDefaultModel(rest));
  } else if (['app', 'latency', 'sync', 'batch'].includes(name)) {
    await measureApp(compat, name, await withDefaultModel(rest));
  } else if (name === 'graphs') {
    await measure(name, await withBuilt(await withDefaultModel(rest)));
  } else if (name === 'waiting') {
    await measureApp(compat, name, rest);
  } else {
    await measure(name, await withModels(rest));
  }
}
