import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { tf } from '../../lib/engine/tf.ts';
import { dropPath } from '../../lib/ops/drop-path.ts';
import { dropout } from '../../lib/ops/dropout.ts';
import { noise } from '../../lib/ops/noise.ts';
import { randomBernoulli } from '../../lib/ops/random-bernoulli.ts';
import { randomInt } from '../../lib/ops/random-int.ts';
import { randomNormal } from '../../lib/ops/random-normal.ts';
import { randomUniform } from '../../lib/ops/random-uniform.ts';
import { nativeEngine } from '../support/native.ts';
import { contextWith, runOp, slope, values } from './support.ts';

before(nativeEngine);

const training = contextWith({ training: true });
const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;

it('draws have the shape of `like`, but for the channels asked for', () => {
  tf.tidy(() => {
    const asked: (readonly number[])[] = [];
    const like = tf.zeros([2, 5, 4, 3]);
    assert.deepEqual(runOp(randomNormal, { channels: 1 }, [like], contextWith({ asked }))[0].shape, [2, 5, 4, 1]);
    assert.deepEqual(runOp(randomNormal, {}, [like], contextWith({ asked }))[0].shape, [2, 5, 4, 3]);
    assert.deepEqual(runOp(randomNormal, { shape: [7] }, [null], contextWith({ asked }))[0].shape, [7]);
    assert.deepEqual(asked, [[2, 5, 4, 1], [2, 5, 4, 3], [7]]);
  });
});

it('draws have the distribution asked for', () => {
  tf.tidy(() => {
    const normal = values(runOp(randomNormal, { shape: [4000], mean: 3, std: 2 }, [null])[0]);
    assert.ok(Math.abs(mean(normal) - 3) < 0.15);
    assert.ok(Math.abs(Math.sqrt(mean(normal.map((v) => (v - 3) ** 2))) - 2) < 0.1);
    const uniform = values(runOp(randomUniform, { shape: [4000], low: -1, high: 3 }, [null])[0]);
    assert.ok(uniform.every((v) => v >= -1 && v < 3) && Math.abs(mean(uniform) - 1) < 0.1);
    const flags = values(runOp(randomBernoulli, { shape: [4000], p: 0.2 }, [null])[0]);
    assert.deepEqual([...new Set(flags)].sort(), [0, 1]);
    assert.ok(Math.abs(mean(flags) - 0.2) < 0.03);
    const whole = runOp(randomInt, { shape: [4000], low: -2, high: 3 }, [null])[0];
    assert.equal(whole.dtype, 'int32');
    assert.deepEqual([...new Set(values(whole))].sort((a, b) => a - b), [-2, -1, 0, 1, 2]);
  });
});

it('dropout keeps the mean while training and is the identity otherwise', () => {
  tf.tidy(() => {
    const x = tf.ones([4000]);
    const dropped = values(runOp(dropout, { rate: 0.25 }, [x], training)[0]);
    assert.deepEqual([...new Set(dropped.map((v) => v.toFixed(5)))].sort(), ['0.00000', '1.33333']);
    assert.ok(Math.abs(mean(dropped) - 1) < 0.05);
    assert.deepEqual(values(runOp(dropout, { rate: 0.25 }, [x])[0]), values(x));
    // The same draw masks the gradient.
    assert.deepEqual(slope((t) => runOp(dropout, { rate: 0.25 }, [t], training)[0], x), dropped);
  });
});

it('drop-path drops whole samples', () => {
  tf.tidy(() => {
    const y = runOp(dropPath, { rate: 0.5 }, [tf.ones([40, 2, 3, 2])], training)[0];
    const samples = tf.unstack(tf.reshape(y, [40, 12])).map(values);
    assert.ok(samples.every((s) => new Set(s).size === 1));
    assert.deepEqual([...new Set(samples.map(([v]) => v))].sort(), [0, 2]);
  });
});

it('noise adds only while training', () => {
  tf.tidy(() => {
    const x = tf.zeros([2000]);
    const noisy = values(runOp(noise, { std: 0.1 }, [x], training)[0]);
    assert.ok(Math.abs(Math.sqrt(mean(noisy.map((v) => v * v))) - 0.1) < 0.01);
    assert.deepEqual(values(runOp(noise, { std: 0.1 }, [x])[0]), values(x));
  });
});
