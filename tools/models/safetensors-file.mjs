// Writes safetensors files (github.com/huggingface/safetensors).
import fs from 'node:fs';

/** Writes tensors, { dtype, dims, bytes } by name, sorted by their names. */
export function writeSafetensors(file, named) {
  const names = Object.keys(named).sort();
  const header = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const name of names) {
    const { dtype, dims, bytes } = named[name];
    header[name] = { dtype, shape: dims, data_offsets: [offset, offset += bytes.length] };
  }

  const json = JSON.stringify(header);
  const head = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  fs.writeFileSync(file, Buffer.concat([length, head, ...names.map((name) => named[name].bytes)]));
  console.log(`${file}: ${names.length} tensors, ${fs.statSync(file).size} bytes`);
}
