import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { stream } from '../../lib/random/stream.ts';
import { parseTorchCheckpoint, readTorchCheckpoint } from '../../lib/weights/torch-checkpoint.ts';

const fixture = (name: string): string => new URL(`../parity/weights/${name}`, import.meta.url).pathname;

test('every tensor of a checkpoint reads as torch saved it, views and types included', () => {
  const expected = JSON.parse(readFileSync(fixture('checkpoint.json'), 'utf8')) as Record<string, { shape: number[]; values: number[] }>;
  const weights = readTorchCheckpoint(fixture('checkpoint.pth'));
  assert.deepEqual([...weights.keys()].sort(), Object.keys(expected).sort());
  for (const [name, { shape, values }] of Object.entries(expected)) {
    assert.deepEqual(weights.get(name)?.shape, shape, name);
    assert.deepEqual([...(weights.get(name)?.data ?? [])], [...Float32Array.from(values)], name);
  }
  assert.deepEqual([...readTorchCheckpoint(fixture('checkpoint.pth'), { only: (name) => name === 'extra.tail' }).keys()], ['extra.tail']);
});

test('a pickle that would run code is refused by the name it asks for', () => {
  assert.throws(() => readTorchCheckpoint(fixture('code.pth')), (error: unknown) => {
    assert.ok(error instanceof DiagnosticError);
    assert.match(error.message, /code\.pth: it asks for (__builtin__|builtins)\.print, which is no plain data/);
    return true;
  });
});

test('a tensor of more numbers than its storage is refused before memory is taken', () => {
  assert.throws(() => readTorchCheckpoint(fixture('bomb.pth')), /its tensors hold 1000000000000 numbers, more than a file of/);
});

test('a small file that means endless values is refused soon', () => {
  assert.throws(() => readTorchCheckpoint(fixture('memo.pth')), /memo\.pth: it holds more than 4000000 values/);
});

test('what is no checkpoint says so', () => {
  assert.throws(() => parseTorchCheckpoint(Buffer.from('hello, this is no archive'), 'x.pth'), /x\.pth: it is no ZIP archive/);
  assert.throws(() => parseTorchCheckpoint(Buffer.alloc(0), 'x.pth'), DiagnosticError);
});

test('2000 mutated checkpoints read or are refused, and never hold more than they could', () => {
  const original = readFileSync(fixture('checkpoint.pth'));
  const pickleAt = original.indexOf('data.pkl');
  const s = stream(12, 'mutations');
  let read = 0;
  for (let round = 0; round < 2000; round++) {
    let bytes = Buffer.from(original);
    for (let edits = 1 + s.integer(3); edits > 0; edits--) {
      // Most edits hit the pickle or the directory, where the harm is.
      const where = s.uniform();
      const at = where < 0.5 ? pickleAt + s.integer(2500) : where < 0.8 ? Math.max(0, bytes.length - 1 - s.integer(3000)) : s.integer(bytes.length);
      if (s.uniform() < 0.9) bytes[Math.min(at, bytes.length - 1)] = s.integer(256);
      else bytes = bytes.subarray(0, Math.max(1, at));
    }
    try {
      const weights = parseTorchCheckpoint(bytes, 'mutated');
      assert.ok([...weights.values()].reduce((sum, w) => sum + w.data.length, 0) <= 4 * bytes.length);
      read++;
    } catch (error) {
      assert.ok(error instanceof DiagnosticError, error instanceof Error ? error.stack : String(error));
    }
  }
  assert.ok(read > 20 && read < 1900, `${read} of 2000 still read`);
});
