// What has to be on the machine before anything builds: .NET, npm parts, and the answer to which packages the feed has.
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './children.mjs';
import { during, Mendable, say } from './output.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const tail = (text, lines = 15) => text.trimEnd().split('\n').slice(-lines).join('\n');

function digest(...files) {
  const hash = createHash('sha256');
  for (const file of files.filter((name) => fs.existsSync(path.join(root, name)))) hash.update(read(file));
  return hash.digest('hex');
}

function lives(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** The process that a lock file names; nothing when it is gone or not yet written. */
function holderOf(lock) {
  try {
    return Number(fs.readFileSync(lock, 'utf8')) || undefined;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Removes the lock of a holder that died, unless another run took it over meanwhile: then that run's lock is put back. */
function release(lock, deadHolder) {
  const aside = `${lock}.${process.pid}`;
  try {
    fs.renameSync(lock, aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return;
  }
  if (holderOf(aside) === deadHolder) fs.rmSync(aside);
  else fs.renameSync(aside, lock);
}

/** Runs work that no other run of these scripts in this folder does meanwhile; a holder that died is passed over. */
async function exclusively(work) {
  const lock = path.join(root, '.dev.lock');
  for (let waits = 0; ; waits++) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = holderOf(lock);
    if (holder && !lives(holder)) release(lock, holder);
    else if (waits === 10) say('Waiting for another run of these scripts in this folder …');
    await delay(100);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

/** Fails when .NET is missing or too old. */
export async function requireDotnet() {
  const { code, output } = await run('dotnet', ['--list-sdks']);
  if (code !== 0) throw new Mendable('.NET is not installed: install the .NET 10 SDK and see that "dotnet" is on the PATH.');
  const newest = Math.max(0, ...output.split('\n').map((line) => Number.parseInt(line, 10)).filter(Number.isInteger));
  if (newest < 10) throw new Mendable(`The .NET 10 SDK is needed, the newest here is ${newest}: install .NET 10.`);
}

/** Installs the npm parts of one folder where they are missing or no longer those that its package files ask for. */
export async function ensureNpmParts(folder, name) {
  const wanted = digest(path.join(folder, 'package.json'), path.join(folder, 'package-lock.json'));
  const stamp = path.join(root, folder, 'node_modules', '.installed-for');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code, output } = await during(`Installing ${name}`, () =>
    run(npm, ['ci', '--no-audit', '--no-fund'], { cwd: path.join(root, folder), shell: process.platform === 'win32' }));
  if (code !== 0) throw new Mendable(`${tail(output)}\nnpm could not install ${name}: see that the npm registry can be reached, then run the same command again.`);
  fs.writeFileSync(stamp, wanted);
}

/** Names and versions of the packages that compat/ can stand in for. */
export function replaceablePackages() {
  const versions = new Map([...read('Directory.Packages.props').matchAll(/<PackageVersion Include="([^"]+)" Version="([^"]+)"/g)].map((m) => [m[1], m[2]]));
  return [...read('compat/Compat.targets').matchAll(/<Compat\w+ Include="([^"]+)"/g)].map((m) => ({ id: m[1], version: versions.get(m[1]) }));
}

async function feedHasOfficialPackages() {
  const probe = fs.mkdtempSync(path.join(os.tmpdir(), `rerank-feed-${randomUUID().slice(0, 8)}-`));
  try {
    const references = replaceablePackages().map(({ id, version }) => `<PackageReference Include="${id}" Version="${version}" />`).join('');
    fs.writeFileSync(path.join(probe, 'probe.csproj'),
      `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>${references}</ItemGroup></Project>`);
    const { code, output } = await run('dotnet', ['restore', probe, '--nologo'], { cwd: probe });
    if (code === 0) return true;
    const missing = [...new Set([...output.matchAll(/NU110[123]: Unable to find[^\n]*? package '?([A-Za-z][\w.]*\w)/g)].map((m) => m[1]))];
    if (missing.length === 0) throw new Mendable(`${tail(output)}\nThe package feed did not answer as expected: see that it can be reached, then run the same command again.`);
    say(`  the feed lacks ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}: compat/ stands in`);
    return false;
  } finally {
    fs.rmSync(probe, { recursive: true, force: true });
  }
}

/**
 * Whether compat/ stands in for packages. The environment variable UseCompatPackages decides where it is set; else the
 * feed is asked once and the answer kept in feed.props, which every build reads.
 */
export async function ensureFeedChoice() {
  const override = process.env.UseCompatPackages;
  if (override) return override.toLowerCase() === 'true';
  const file = path.join(root, 'feed.props');
  const asked = digest('Directory.Packages.props', 'compat/Compat.targets');
  const known = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (known.includes(asked)) return known.includes('>true<');
  const compat = !(await during('Asking the package feed for the official packages', feedHasOfficialPackages));
  fs.writeFileSync(file, `<Project>
  <!-- Written by tools/dev.mjs; asked for ${asked} -->
  <PropertyGroup>
    <UseCompatPackages Condition="'$(UseCompatPackages)' == ''">${compat}</UseCompatPackages>
  </PropertyGroup>
</Project>
`);
  return compat;
}

/** Makes local.settings.json from the sample where there is none. */
export function ensureLocalSettings() {
  const file = path.join(root, 'local.settings.json');
  if (fs.existsSync(file)) return;
  fs.copyFileSync(path.join(root, 'local.settings.sample.json'), file);
  say('Made local.settings.json from the sample.');
}

async function install() {
  await requireDotnet();
  await ensureNpmParts('.', 'Azurite');
  const compat = await ensureFeedChoice();
  const official = (process.env.OfficialPackages ?? '').split(';');
  if (compat && !official.includes('Microsoft.ML.OnnxRuntime.Gpu')) {
    await ensureNpmParts('compat/Microsoft.ML.OnnxRuntime.Gpu', 'ONNX Runtime');
  }
  ensureLocalSettings();
  return compat;
}

async function compile(target) {
  const { code, output } = await during(`Building ${path.basename(target)} (minutes the first time)`, () =>
    run('dotnet', ['build', path.join(root, target), '-c', 'Release', '--nologo', '-v', 'quiet', '-clp:ErrorsOnly'], { cwd: root }));
  if (code !== 0) throw new Mendable(`${tail(output, 30)}\nThe build failed; the errors above say where.`);
}

/** Everything a build needs. Gives whether compat/ stands in for packages. */
export const prepare = () => exclusively(install);

/** Builds a project or the solution in the release configuration. */
export const build = (target) => exclusively(() => compile(target));
