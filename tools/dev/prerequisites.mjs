// What a build needs: .NET, npm packages, local settings, and whether the package feed has the official packages.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './children.mjs';
import { during, say, UserError } from './output.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const solution = 'RerankFunctions.sln';
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const lastLines = (text, count = 15) => text.trimEnd().split('\n').slice(-count).join('\n');

function digest(...files) {
  const hash = createHash('sha256');
  for (const file of files.filter((name) => fs.existsSync(path.join(root, name)))) hash.update(read(file));
  return hash.digest('hex');
}

/** Fails if .NET is missing or too old. */
async function requireDotnet() {
  const { code, output } = await run('dotnet', ['--list-sdks']);
  if (code !== 0) throw new UserError('.NET was not found: install the .NET 10 SDK and put "dotnet" on the PATH.');
  const newest = Math.max(0, ...output.split('\n').map((line) => Number.parseInt(line, 10)).filter(Number.isInteger));
  if (newest < 10) throw new UserError(`The .NET 10 SDK is required, but the newest one here is ${newest}: install .NET 10.`);
}

/** Installs a folder's npm packages unless they match its package files already. */
export async function ensureNpmPackages(folder, name) {
  const wanted = digest(path.join(folder, 'package.json'), path.join(folder, 'package-lock.json'));
  const stamp = path.join(root, folder, 'node_modules', '.installed-for');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code, output } = await during(`Installing ${name}`, () =>
    run(npm, ['ci', '--no-audit', '--no-fund'], { cwd: path.join(root, folder), shell: process.platform === 'win32' }));
  if (code !== 0) {
    throw new UserError(`${lastLines(output)}\nnpm did not install ${name}: check that the npm registry is reachable and run the command again.`);
  }
  fs.writeFileSync(stamp, wanted);
}

/** Returns names and versions of the packages that compat/ replaces. */
export function replaceablePackages() {
  const versions = new Map([...read('Directory.Packages.props').matchAll(/<PackageVersion Include="([^"]+)" Version="([^"]+)"/g)].map((m) => [m[1], m[2]]));
  return [...read('compat/Compat.targets').matchAll(/<Compat\w+ Include="([^"]+)"/g)].map((m) => ({ id: m[1], version: versions.get(m[1]) }));
}

/** Restores a project with all replaceable packages outside the repository and reads what NuGet reports. */
async function feedHasOfficialPackages() {
  const probe = fs.mkdtempSync(path.join(os.tmpdir(), 'rerank-feed-'));
  try {
    const references = replaceablePackages().map(({ id, version }) => `<PackageReference Include="${id}" Version="${version}" />`).join('');
    fs.writeFileSync(path.join(probe, 'probe.csproj'),
      `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>${references}</ItemGroup></Project>`);
    const { code, output } = await run('dotnet', ['restore', probe, '--nologo'], { cwd: probe });
    if (code === 0) return true;
    const assets = path.join(probe, 'obj', 'project.assets.json');
    const logs = fs.existsSync(assets) ? (JSON.parse(fs.readFileSync(assets, 'utf8')).logs ?? []) : [];
    // NU1101 to NU1103: no package of this id, no such version, only pre-release versions.
    const missing = [...new Set(logs.filter(({ code }) => /^NU110[123]$/.test(code)).map(({ libraryId }) => libraryId))];
    if (missing.length === 0) {
      throw new UserError(`${lastLines(output)}\nThe package feed gave no usable answer: check that it is reachable and run the command again.`);
    }
    say(`  the feed lacks ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}: compat/ replaces them`);
    return false;
  } finally {
    fs.rmSync(probe, { recursive: true, force: true });
  }
}

/** Restores with the lock files of compat/locks. A feed with other versions of the packages works without them, except in CI. */
async function feedHasLockedVersions() {
  const { code, output } = await run('dotnet', ['restore', solution, '--nologo', '-v', 'quiet'],
    { cwd: root, env: { ...process.env, UseCompatPackages: 'true' } });
  if (code === 0) return true;
  if (process.env.CI === 'true') throw new UserError(`${lastLines(output)}\nThe packages do not match the lock files in compat/locks.`);
  say('  the feed lacks versions that compat/locks names: the build resolves versions anew');
  return false;
}

/**
 * Decides whether compat/ replaces packages. The environment variable UseCompatPackages decides if it is set. Otherwise the feed
 * is asked once, and feed.props, which every build reads, keeps the answer.
 */
export async function ensureFeedChoice() {
  const override = process.env.UseCompatPackages;
  if (override) return override.toLowerCase() === 'true';
  const file = path.join(root, 'feed.props');
  const asked = digest('Directory.Packages.props', 'compat/Compat.targets');
  const known = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (known.includes(asked)) return known.includes('>true</UseCompatPackages>');
  const compat = !(await during('Asking the package feed for the official packages', feedHasOfficialPackages));
  const locked = compat && (await during('Restoring packages', feedHasLockedVersions));
  fs.writeFileSync(file, `<Project>
  <!-- Written by tools/dev.mjs; asked for ${asked} -->
  <PropertyGroup>
    <UseCompatPackages Condition="'$(UseCompatPackages)' == ''">${compat}</UseCompatPackages>
    <UseLockFiles Condition="'$(UseLockFiles)' == ''">${locked}</UseLockFiles>
  </PropertyGroup>
</Project>
`);
  return compat;
}

/** Copies local.settings.json from the sample if it is missing. */
function ensureLocalSettings() {
  const file = path.join(root, 'local.settings.json');
  if (fs.existsSync(file)) return;
  fs.copyFileSync(path.join(root, 'local.settings.sample.json'), file);
  say('Copied local.settings.sample.json to local.settings.json.');
}

/** Installs everything that a build needs. Returns whether compat/ replaces packages. */
export async function prepare() {
  await requireDotnet();
  await ensureNpmPackages('.', 'Azurite');
  const compat = await ensureFeedChoice();
  const official = (process.env.OfficialPackages ?? '').split(';');
  if (compat && !official.includes('Microsoft.ML.OnnxRuntime.Gpu')) {
    await ensureNpmPackages('compat/Microsoft.ML.OnnxRuntime.Gpu', 'ONNX Runtime');
  }
  ensureLocalSettings();
  return compat;
}

/** Builds a project or the solution in the release configuration. */
export async function build(target) {
  const { code, output } = await during(`Building ${path.basename(target)} (minutes the first time)`, () =>
    run('dotnet', ['build', path.join(root, target), '-c', 'Release', '--nologo', '-v', 'quiet', '-clp:ErrorsOnly'], { cwd: root }));
  if (code !== 0) throw new UserError(`${lastLines(output, 30)}\nThe build failed with the errors above.`);
}
