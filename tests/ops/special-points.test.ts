import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { argmax } from '../../lib/ops/argmax.ts';
import { cast } from '../../lib/ops/cast.ts';
import { cumprod } from '../../lib/ops/cumprod.ts';
import { gather } from '../../lib/ops/gather.ts';
import { max } from '../../lib/ops/max.ts';
import { maxPool } from '../../lib/ops/max-pool.ts';
import { split } from '../../lib/ops/split.ts';
import { swapHalves } from '../../lib/ops/swap-halves.ts';
import { topK } from '../../lib/ops/top-k.ts';
import { weightedMean } from '../../lib/ops/weighted-mean.ts';
import { where } from '../../lib/ops/where.ts';
import { outputsOf } from '../../lib/registry/op.ts';
import { nativeEngine } from '../support/native.ts';
import { runOp, slope, values } from './support.ts';

before(nativeEngine);

const tidily = (f: () => void) => (): void => { tf.tidy(f); };

describe('ties', () => {
  it('max shares the gradient evenly, as torch.amax', tidily(() => {
    assert.deepEqual(slope((x) => runOp(max, {}, [x])[0], tf.tensor1d([3, 1, 3, 2])), [0.5, 0, 0.5, 0]);
  }));
  it('max-pool sends it to the first of equals, row by row, whatever the windows', tidily(() => {
    const x = tf.tensor4d([0, 5, 5, 5, 5, 1, 2, 5, 0], [1, 3, 3, 1]);
    assert.deepEqual(slope((t) => runOp(maxPool, { size: 3 }, [t])[0], x), [0, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(slope((t) => runOp(maxPool, { size: 2 }, [t])[0], x), [0, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(slope((t) => runOp(maxPool, { size: 2, stride: 1 }, [t])[0], x), [0, 2, 0, 1, 1, 0, 0, 0, 0]);
  }));
});

describe('flags', () => {
  it('weighted-mean over flags is 0 with a gradient of 0 where no flag is set', tidily(() => {
    const x = tf.tensor1d([1, 2, 3]);
    const none = tf.zeros([3]);
    assert.deepEqual(values(runOp(weightedMean, { over: 'flags' }, [x, none])[0]), [0]);
    assert.deepEqual(slope((t) => runOp(weightedMean, { over: 'flags' }, [t, none])[0], x), [0, 0, 0]);
  }));
  it('weighted-mean divides by the batch or by the flags', tidily(() => {
    const [x, by] = [tf.tensor1d([1, 2, 3, 6]), tf.tensor1d([0, 1, 0, 1])];
    assert.deepEqual(values(runOp(weightedMean, { over: 'batch' }, [x, by])[0]), [2]);
    assert.deepEqual(values(runOp(weightedMean, { over: 'flags' }, [x, by])[0]), [4]);
  }));
});

describe('indices', () => {
  it('gather takes positions that depend on what is differentiated', tidily(() => {
    const x = tf.tensor2d([1, 4, 2, 7, 3, 5], [2, 3]);
    const largest = (t: Tensor): Tensor => runOp(gather, { axis: 1, 'batch-dims': 1 }, [t, runOp(argmax, { axis: 1 }, [t])[0]])[0];
    assert.deepEqual(values(largest(x)), [4, 7]);
    assert.deepEqual(slope(largest, x), [0, 1, 0, 1, 0, 0]);
  }));
  it('gather along axis 0 adds up what is taken twice', tidily(() => {
    const table = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const at = tf.tensor1d([1, 0, 1], 'int32');
    const taken = (t: Tensor): Tensor => runOp(gather, { axis: 0 }, [t, at])[0];
    assert.deepEqual(values(taken(table)), [3, 4, 1, 2, 3, 4]);
    assert.deepEqual(slope(taken, table), [1, 1, 2, 2]);
  }));
  it('top-k gives the gradient of its values to their places', tidily(() => {
    const x = tf.tensor2d([1, 4, 2, 7, 3, 5], [2, 3]);
    const [, places] = runOp(topK, { k: 2 }, [x]);
    assert.deepEqual(values(places), [1, 2, 0, 2]);
    assert.deepEqual(slope((t) => tf.square(runOp(topK, { k: 2 }, [t])[0]), x), [0, 8, 4, 14, 0, 10]);
  }));
  it('argmax gives the first of equals', tidily(() => {
    assert.deepEqual(values(runOp(argmax, { axis: 0 }, [tf.tensor1d([1, 9, 9], 'int32')])[0]), [1]);
  }));
});

describe('numbers that do not behave', () => {
  it('where lets nothing through from what is not taken', tidily(() => {
    const [a, b, yes] = [tf.tensor1d([1, 2]), tf.tensor1d([NaN, Infinity]), tf.tensor1d([1, 1], 'int32')];
    assert.deepEqual(values(runOp(where, {}, [yes, a, b])[0]), [1, 2]);
    assert.deepEqual(slope((t) => runOp(where, {}, [yes, t, b])[0], a), [1, 1]);
    assert.deepEqual(slope((t) => runOp(where, {}, [yes, a, t])[0], b), [0, 0]);
  }));
  it('cast cuts decimals off towards 0 and reads bool as "not 0"', tidily(() => {
    const x = tf.tensor1d([-1.7, -0.2, 0, 0.9, 2.5]);
    assert.deepEqual(values(runOp(cast, { dtype: 'int32' }, [x])[0]).map((v) => v + 0), [-1, 0, 0, 0, 2]);
    assert.deepEqual(values(runOp(cast, { dtype: 'bool' }, [x])[0]), [1, 1, 0, 1, 1]);
  }));
  it('cumprod has the right gradient at zeros', tidily(() => {
    // y = (a, ab, abc) at (2, 0, 3): dy/da = 1 + b + bc, dy/db = a + ac, dy/dc = ab.
    assert.deepEqual(slope((t) => runOp(cumprod, { axis: 0 }, [t])[0], tf.tensor1d([2, 0, 3])), [1, 8, 0]);
  }));
  it('max-pool never takes the padding, even over negative images', tidily(() => {
    const x = tf.fill([1, 2, 2, 1], -5);
    assert.deepEqual(values(runOp(maxPool, { size: 3, stride: 2, padding: 1, ceil: true }, [x])[0]), [-5, -5, -5, -5]);
  }));
});

describe('parts', () => {
  it('split names its outputs', () => {
    assert.deepEqual(outputsOf(split, { axis: -1, into: ['gamma', 'beta'] }), ['gamma', 'beta']);
    assert.deepEqual(outputsOf(split, { axis: -1, parts: 3 }), ['part-0', 'part-1', 'part-2']);
    assert.deepEqual(outputsOf(split, { axis: -1, sizes: [1, 4] }), ['part-0', 'part-1']);
  });
  it('swap-halves is its own inverse', tidily(() => {
    const x = tf.randomNormal([4, 3], 0, 1, 'float32', 1);
    assert.deepEqual(values(runOp(swapHalves, {}, [runOp(swapHalves, {}, [x])[0]])[0]), values(x));
    assert.deepEqual(values(runOp(swapHalves, {}, [tf.tensor1d([1, 2, 3, 4])])[0]), [3, 4, 1, 2]);
  }));
});
