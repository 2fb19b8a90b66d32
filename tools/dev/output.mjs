// What the scripts say: one line a step, and a sign of life while something takes long.

/** A failure that a user can mend; its message is a sentence that tells how. */
export class Mendable extends Error {}

/** Says in one line what is done. */
export const say = (line) => console.log(line);

/** Runs a step that may take long: says its name, then how long it took; every few seconds that it still runs. */
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
