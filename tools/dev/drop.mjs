// npm run drop: puts a file into the container of drops, waits for its results and writes them beside it.
import fs from 'node:fs';
import path from 'node:path';
import { accountOf, findBlob, putBlob, waitForBlob } from './blobs.mjs';
import { during, say, UserError } from './output.mjs';
import { root } from './prerequisites.mjs';

const drops = 'rerank-drops';
const results = 'rerank-results';
const waitMinutes = 10;

/** Returns the storage account of the environment or of local.settings.json. */
function account() {
  const file = path.join(root, 'local.settings.json');
  const text = process.env.AzureWebJobsStorage ?? (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).Values?.AzureWebJobsStorage : undefined);
  if (!text) throw new UserError('Set AzureWebJobsStorage to the connection string of the storage account.');
  return accountOf(text);
}

export async function dropCommand([file, ...rest]) {
  if (!file || rest.length > 0 || !fs.existsSync(file)) throw new UserError('usage: npm run drop -- FILE, with a file of JSON Lines');
  const storage = account();
  const name = path.basename(file);
  const output = `${name.replace(/\.gz$/i, '').replace(/\.jsonl$/i, '')}.results.jsonl`;
  const before = await findBlob(storage, results, output);
  await putBlob(storage, drops, name, fs.readFileSync(file));
  say(`${name} is in ${drops}.`);
  const content = await during(`Waiting for ${results}/${output}`, () => waitForBlob(storage, results, output, before, waitMinutes));
  const target = path.join(path.dirname(file), output);
  fs.writeFileSync(target, content);
  say(`The results are in ${target}.`);
  return 0;
}
