import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stream } from '../../lib/random/stream.ts';
import type { Init } from '../../lib/registry/op.ts';
import { initialValue } from '../../lib/weights/initialise.ts';

const draw = (init: Init, shape: number[], fanIn?: number): Float32Array => initialValue({ id: 'w', shape, init, ...(fanIn ? { fanIn } : {}) }, 3);
const deviation = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
const largest = (values: Float32Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

test('fans are those of convolution and linear kernels', () => {
  const kernel = [3, 3, 64, 128];
  const near = (actual: number, expected: number): void => assert.ok(Math.abs(actual / expected - 1) < 0.01, `${actual} is not ${expected}`);
  near(deviation(draw('he-normal', kernel)), Math.sqrt(2 / 576));
  near(largest(draw('he-uniform', kernel)), Math.sqrt(6 / 576));
  near(deviation(draw('xavier-normal', kernel)), Math.sqrt(2 / (576 + 1152)));
  near(largest(draw('xavier-uniform', kernel)), Math.sqrt(6 / (576 + 1152)));
  near(largest(draw('torch-default', kernel)), 1 / 24);
  near(largest(draw('torch-default', [20000], 25)), 0.2);
  near(largest(draw('he-uniform', [100, 200])), Math.sqrt(6 / 100));
  near(deviation(draw({ normal: 0.02 }, [100, 200])), 0.02);
  near(largest(draw({ uniform: 0.5 }, [100, 200])), 0.5);
});

test('plain values are exact', () => {
  assert.deepEqual(draw('zeros', [3]), Float32Array.of(0, 0, 0));
  assert.deepEqual(draw('ones', [2, 1]), Float32Array.of(1, 1));
  assert.deepEqual(draw({ constant: 0.25 }, []), Float32Array.of(0.25));
});

test('a draw is keyed by seed and id alone, and is the stream of that name', () => {
  const value = initialValue({ id: 'stem.kernel', shape: [4], init: { normal: 2 } }, 9);
  const s = stream(9, 'weight', 'stem.kernel');
  assert.deepEqual(value, Float32Array.from({ length: 4 }, () => 2 * s.normal()));
  assert.notDeepEqual(value, initialValue({ id: 'stem.bias', shape: [4], init: { normal: 2 } }, 9));
  assert.notDeepEqual(value, initialValue({ id: 'stem.kernel', shape: [4], init: { normal: 2 } }, 8));
});

test('a weight without inputs is refused where its scale needs them', () => {
  assert.throws(() => draw('he-normal', [0, 4]), /"w" of shape \[0, 4\] has a fan-in of 0/);
});
