// What the scripts print: one line a step, and a sign of life while a step takes long.

/** A failure that the user can correct. The message says how. */
export class UserError extends Error {}

/** Prints a line. */
export const say = (line) => console.log(line);

/** Runs a step: prints its name, every 15 seconds that it still runs, and how long it took. */
export async function during(name, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say(`${name} …`);
  const beat = setInterval(() => say(`  still ${name[0].toLowerCase()}${name.slice(1)} (${seconds()} s)`), 15_000);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (seconds() >= 3) say(`  done in ${seconds()} s`);
  }
}
