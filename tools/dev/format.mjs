// npm run format: checks layout and style of all C# files; with --fix it corrects them.
import { run, start } from './children.mjs';
import { during, say, UserError } from './output.mjs';
import { prepare, root, solution } from './prerequisites.mjs';

/** Checks the layout alone, which needs no build and takes seconds. Returns whether it is right, and prints where it is not. */
export async function isLaidOut() {
  const { code, output } = await during('Checking the layout of C# files', () => run('dotnet', ['format', 'whitespace', '--folder', '.',
    '--include', 'src/', 'tests/', 'compat/', '--exclude', '**/node_modules/', '**/obj/', '**/bin/', '--verify-no-changes'], { cwd: root }));
  if (code !== 0) say(`${output.trimEnd()}\nRun "npm run format -- --fix".`);
  return code === 0;
}

export async function formatCommand(args) {
  await prepare();
  const { code, output } = await during('Restoring packages', () => run('dotnet', ['restore', solution, '--nologo', '-v', 'quiet'], { cwd: root }));
  if (code !== 0) throw new UserError(output);
  const mode = args.includes('--fix') ? [] : ['--verify-no-changes'];
  return (await start('dotnet', ['format', solution, '--no-restore', ...mode], { cwd: root }).ended).code;
}
