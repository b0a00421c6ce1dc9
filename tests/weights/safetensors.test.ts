import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { stream } from '../../lib/random/stream.ts';
import { parseSafetensors, readSafetensors, readSafetensorsHeader, writeSafetensors } from '../../lib/weights/safetensors.ts';
import type { Weights } from '../../lib/weights/weights.ts';

const fixture = new URL('../parity/weights/dtypes.safetensors', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'weights-'));
after(() => rmSync(folder, { recursive: true }));

const file = (header: unknown, data = 0, length?: number): Uint8Array => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length ?? json.length));
  return Buffer.concat([prefix, json, Buffer.alloc(data)]);
};
const f32 = (shape: number[], begin: number, end: number): object => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

test('every element type reads as the library that wrote it says', () => {
  const expected = JSON.parse(readFileSync(new URL('../parity/weights/values.json', import.meta.url), 'utf8')) as
    Record<string, { shape: number[]; values: (number | 'inf' | '-inf' | 'nan')[] }>;
  const { weights, metadata } = readSafetensors(fixture);
  assert.deepEqual(metadata, { 'made-by': 'safetensors', 'note': 'ünïcode' });
  assert.deepEqual([...weights.keys()].sort(), Object.keys(expected).sort());
  for (const [name, { shape, values }] of Object.entries(expected)) {
    const numbers = values.map((v) => (v === 'inf' ? Infinity : v === '-inf' ? -Infinity : v === 'nan' ? NaN : v));
    assert.deepEqual(weights.get(name)?.shape, shape, name);
    // As lists: typed arrays compare the bits, and there are many NaNs.
    assert.deepEqual([...(weights.get(name)?.data ?? [])], [...Float32Array.from(numbers)], name);
  }
});

test('only what is asked for is read', () => {
  assert.deepEqual([...readSafetensors(fixture, { only: (name) => name.startsWith('special') }).weights.keys()].sort(), ['special.bf16', 'special.f16']);
  assert.equal(readSafetensorsHeader(fixture).entries.length, 13);
});

test('what is written reads back, byte for byte the same whatever the order', async () => {
  const weights: Weights = new Map([
    ['b.kernel', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, NaN) }],
    ['a', { shape: [], data: Float32Array.of(-0.5) }],
    ['c', { shape: [0, 7], data: new Float32Array(0) }],
  ]);
  const path = join(folder, 'w.safetensors');
  await writeSafetensors(path, weights, { step: '7', run: 'x' });
  const read = readSafetensors(path);
  assert.deepEqual(new Map([...read.weights].sort()), new Map([...weights].sort()));
  assert.deepEqual(read.metadata, { step: '7', run: 'x' });
  const bytes = readFileSync(path);
  await writeSafetensors(path, new Map([...weights].reverse()), { run: 'x', step: '7' });
  assert.deepEqual(readFileSync(path), bytes);
  assert.deepEqual(parseSafetensors(bytes, 'w').weights.get('a')?.data, Float32Array.of(-0.5));
});

test('a write that fails leaves the old file and no partial one', async () => {
  const path = join(folder, 'old.safetensors');
  await writeSafetensors(path, new Map([['a', { shape: [1], data: Float32Array.of(1) }]]));
  const bytes = readFileSync(path);
  const names = readdirSync(folder);
  await assert.rejects(writeSafetensors(path, new Map([['a', { shape: [2], data: Float32Array.of(1) }]])), /"a": \[2\] holds 2 numbers, received 1/);
  assert.deepEqual(readFileSync(path), bytes);
  assert.deepEqual(readdirSync(folder), names);
});

const damaged: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['an empty file', Buffer.alloc(0), /expected 8 bytes of header length, received 0/],
  ['a header longer than the file', file('{}', 0, 1000), /at most 2 bytes, received a length of 1000/],
  ['a giant header length', Buffer.alloc(8, 0xff), /at most 0 bytes, received a length of 18446744073709551615/],
  ['no JSON', file('nonsense'), /not JSON/],
  ['a list', file('[]'), /not a JSON object/],
  ['an unknown type', file({ a: { dtype: 'F8', shape: [1], data_offsets: [0, 1] } }, 1), /expected a dtype of F32.*received "F8"/],
  ['an overlap', file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12), /"b" begins at data byte 4, expected 8/],
  ['a gap', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /"b" begins at data byte 8, expected 4/],
  ['offsets past the end', file({ a: f32([1000], 0, 4000) }, 4), /declares 4000 bytes of data, received 4/],
  ['data that no tensor owns', file({ a: f32([1], 0, 4) }, 8), /declares 4 bytes of data, received 8/],
  ['a shape that does not fit', file({ a: f32([3], 0, 4) }, 4), /takes 12 bytes, received 4/],
  ['a shape that overflows', file({ a: f32([2 ** 52, 2 ** 52], 0, 4) }, 4), /takes .* bytes, received 4/],
  ['a negative side', file({ a: f32([-1, -1], 0, 4) }, 4), /whole numbers/],
  ['offsets that run backwards', file({ a: f32([1], 4, 0) }, 4), /data_offsets/],
  ['metadata that is no text', file({ __metadata__: { a: 1 } }), /"a" is not a text/],
];
for (const [what, bytes, message] of damaged) {
  test(`${what} is refused with a reason`, () => {
    assert.throws(() => parseSafetensors(bytes, 'w.safetensors'), (error: unknown) => {
      assert.ok(error instanceof DiagnosticError);
      assert.match(error.message, /^error: w\.safetensors: /);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('2000 mutated files read or are refused, and never hold more than they could', () => {
  const original = readFileSync(fixture);
  const s = stream(11, 'mutations');
  let read = 0;
  for (let round = 0; round < 2000; round++) {
    let bytes = Buffer.from(original);
    for (let edits = 1 + s.integer(3); edits > 0; edits--) {
      // Most edits hit the header, where the harm is.
      const at = s.integer(s.uniform() < 0.8 ? Math.min(900, bytes.length) : bytes.length);
      const kind = s.integer(3);
      if (kind === 0) bytes[at] = s.integer(256);
      else if (kind === 1) bytes = bytes.subarray(0, at);
      else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(s.pick(['9', '0', ',', '"', '[', '-', '1e9', '\0'])), bytes.subarray(at)]);
      if (bytes.length === 0) break;
    }
    try {
      const { weights } = parseSafetensors(bytes, 'mutated');
      const held = [...weights.values()].reduce((sum, w) => sum + w.data.byteLength, 0);
      assert.ok(held <= 4 * bytes.length);
      read++;
    } catch (error) {
      assert.ok(error instanceof DiagnosticError, String(error));
    }
  }
  assert.ok(read > 20 && read < 1900, `${read} of 2000 still read`);
});

test('a file that cannot be opened says so', () => {
  assert.throws(() => readSafetensors(join(folder, 'missing')), /ENOENT/);
  writeFileSync(join(folder, 'short'), 'abc');
  assert.throws(() => readSafetensors(join(folder, 'short')), DiagnosticError);
});
