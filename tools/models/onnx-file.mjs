// Reads the constants and nodes of ONNX files (github.com/onnx/onnx, onnx.proto).
import fs from 'node:fs';
import path from 'node:path';

const dtypes = { 1: 'F32', 3: 'I8', 7: 'I64', 10: 'F16' };

/** Reads an ONNX file: constants, { dims, dtype, bytes } by name, and nodes, { operator, name, inputs, outputs }, in order. */
export function readGraph(file) {
  const [constants, nodes] = [new Map(), []];
  for (const [field, graph] of fieldsOf(fs.readFileSync(file))) {
    if (field !== 7) continue;
    for (const [kind, value] of fieldsOf(graph)) {
      if (kind === 1) nodes.push(readNode(value));
      if (kind === 5) {
        const { name, ...constant } = readConstant(value, path.dirname(file));
        constants.set(name, constant);
      }
    }
  }

  return { constants, nodes };
}

function readNode(message) {
  const node = { inputs: [], outputs: [] };
  for (const [field, value] of fieldsOf(message)) {
    if (field === 1) node.inputs.push(value.toString());
    if (field === 2) node.outputs.push(value.toString());
    if (field === 3) node.name = value.toString();
    if (field === 4) node.operator = value.toString();
  }

  return node;
}

function readConstant(message, folder) {
  const [constant, place] = [{ dims: [] }, {}];
  for (const [field, value] of fieldsOf(message)) {
    if (field === 1) constant.dims.push(...(typeof value === 'bigint' ? [Number(value)] : varintsOf(value)));
    if (field === 2) constant.dtype = dtypes[Number(value)];
    if (field === 8) constant.name = value.toString();
    if (field === 9) constant.bytes = value;
    if (field === 13) {
      const entry = Object.fromEntries([...fieldsOf(value)].map(([key, text]) => [key, text.toString()]));
      place[entry[1]] = entry[2];
    }
  }

  if (place.location) {
    const offset = Number(place.offset ?? 0);
    const data = fs.readFileSync(path.join(folder, place.location));
    constant.bytes = data.subarray(offset, offset + Number(place.length));
  }

  return constant;
}

function* fieldsOf(message) {
  for (let at = 0; at < message.length;) {
    const key = varint(message, at);
    at = key.end;
    const wire = Number(key.value & 7n);
    if (wire === 0) {
      const number = varint(message, at);
      at = number.end;
      yield [Number(key.value >> 3n), number.value];
      continue;
    }

    const size = wire === 2 ? varint(message, at) : { value: wire === 1 ? 8n : 4n, end: at };
    at = size.end + Number(size.value);
    yield [Number(key.value >> 3n), message.subarray(size.end, at)];
  }
}

function varintsOf(packed) {
  const numbers = [];
  for (let at = 0; at < packed.length;) {
    const number = varint(packed, at);
    numbers.push(Number(number.value));
    at = number.end;
  }

  return numbers;
}

function varint(bytes, at) {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const part = bytes[at++];
    value |= BigInt(part & 0x7f) << shift;
    if (part < 0x80) return { value, end: at };
  }
}
