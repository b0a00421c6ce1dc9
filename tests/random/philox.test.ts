import assert from 'node:assert/strict';
import { test } from 'node:test';
import { philox } from '../../lib/random/philox.ts';
import { stream } from '../../lib/random/stream.ts';

const hex = (words: readonly number[]): string[] => words.map((w) => w.toString(16).padStart(8, '0'));

test('philox 4x32-10 gives the known answers of its authors', () => {
  assert.deepEqual(hex(philox([0, 0, 0, 0], [0, 0])), ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
  const ones = 0xffffffff;
  assert.deepEqual(hex(philox([ones, ones, ones, ones], [ones, ones])), ['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd']);
  assert.deepEqual(
    hex(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])),
    ['d16cfe09', '94fdcceb', '5001e420', '24126ea1'],
  );
});

test('a stream depends on its seed and names alone', () => {
  const draw = (s: ReturnType<typeof stream>): number[] => Array.from({ length: 5 }, () => s.uniform());
  assert.deepEqual(draw(stream(1, 'a', 'b')), draw(stream(1, 'a').at('b')));
  assert.notDeepEqual(draw(stream(1, 'a', 'b')), draw(stream(1, 'ab')));
  assert.notDeepEqual(draw(stream(1, 'a')), draw(stream(2, 'a')));
  const parent = stream(1, 'p');
  const before = draw(parent.at('child'));
  draw(parent);
  assert.deepEqual(draw(parent.at('child')), before);
});

test('uniform and normal draws have the moments they should', () => {
  const s = stream(7, 'moments');
  const n = 20000;
  const mean = (xs: number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
  const u = Array.from({ length: n }, () => s.uniform());
  const z = Array.from({ length: n }, () => s.normal());
  assert.ok(Math.abs(mean(u) - 0.5) < 0.01);
  assert.ok(Math.abs(mean(z)) < 0.03);
  assert.ok(Math.abs(mean(z.map((x) => x * x)) - 1) < 0.05);
});
