import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/engine/tf.ts';
import { instanceNormalize } from '../../lib/ops/kernels/batch-norm.ts';
import { clip, maximum } from '../../lib/ops/kernels/bounds.ts';
import { convolve } from '../../lib/ops/kernels/convolution.ts';
import { standardize } from '../../lib/ops/kernels/standardize.ts';
import { stopGradient } from '../../lib/ops/kernels/stop-gradient.ts';
import { absolute } from '../../lib/ops/kernels/absolute.ts';
import { relu } from '../../lib/ops/kernels/rectify.ts';
import { stream } from '../../lib/random/stream.ts';
import { fill } from '../conformance/case.ts';
import { gradientsOf, toTensor } from '../conformance/run.ts';
import { nativeEngine } from '../support/native.ts';

type Named = Readonly<Record<string, Tensor>>;

const draw = (name: string, ...shape: number[]): Tensor => toTensor(fill(shape, stream(5, name), (r) => r.normal()));

function assertNear(a: Tensor, b: Tensor, tolerance = 1e-5): void {
  const [x, y] = [a.dataSync(), b.dataSync()];
  const scale = Math.max(1e-6, ...y.map(Math.abs));
  assert.deepEqual(a.shape, b.shape);
  assert.ok(x.every((v, i) => Math.abs(v - y[i]) <= tolerance * scale));
}

describe('kernels of our own', () => {
  before(nativeEngine);

  it('normalises each sample by itself like the pointwise definition, to second order', () => {
    tf.tidy(() => {
      const free = { x: draw('x', 3, 5, 4, 2), scale: draw('s', 2), offset: draw('o', 2) };
      const [r, v] = [draw('r', 3, 5, 4, 2), draw('v', 3, 5, 4, 2)];
      const fused = ({ x, scale, offset }: Named): Tensor => instanceNormalize(x, scale, offset, 1e-5);
      const plain = ({ x, scale, offset }: Named): Tensor => tf.add(tf.mul(standardize(x, { axes: [1, 2], epsilon: 1e-5 }), scale), offset);
      assertNear(fused(free), plain(free));
      const first = (f: (n: Named) => Tensor) => (n: Named): Named => gradientsOf((m) => tf.sum(tf.mul(f(m), r)), n);
      const second = (f: (n: Named) => Tensor): Named => gradientsOf((n) => tf.sum(tf.mul(first(f)(n).x, v)), free);
      for (const name of Object.keys(free)) {
        assertNear(first(fused)(free)[name], first(plain)(free)[name]);
        assertNear(second(fused)[name], second(plain)[name], 1e-4);
      }
    });
  });

  it('computes no filter gradient for a frozen filter', async () => {
    const [x, w] = [draw('x', 2, 5, 5, 3), draw('w', 3, 3, 3, 4)];
    const run = (free: Record<string, Tensor>): (() => unknown) =>
      () => tf.tidy(() => gradientsOf((n) => tf.sum(convolve('full', n.x ?? x, n.w ?? w, [1, 1], [1, 1, 1, 1])), free) as never);
    const frozen = await tf.profile(run({ x }) as never);
    assert.ok(frozen.kernelNames.includes('SwapgraphConv2DToInput'));
    assert.ok(!frozen.kernelNames.includes('SwapgraphConv2DToFilter'));
    const trained = await tf.profile(run({ w }) as never);
    assert.ok(trained.kernelNames.includes('SwapgraphConv2DToFilter'));
    assert.ok(!trained.kernelNames.includes('SwapgraphConv2DToInput'));
    tf.dispose([x, w]);
  });

  it('differentiates nothing upstream of a stopped gradient', async () => {
    const x = draw('x', 2, 4, 4, 1);
    const w = draw('w', 3, 3, 1, 1);
    const profile = await tf.profile((() => tf.tidy(() =>
      gradientsOf((n) => tf.sum(tf.add(n.x, stopGradient(convolve('full', n.x, w, [1, 1], [1, 1, 1, 1])))), { x }) as never)) as never);
    assert.ok(profile.kernelNames.includes('SwapgraphConv2D'));
    assert.ok(!profile.kernelNames.includes('SwapgraphConv2DToInput'));
    tf.dispose([x, w]);
  });

  it('has PyTorch\'s gradients where a function has a corner', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([-1, 0, 1]);
      const gradient = (f: (x: Tensor) => Tensor): number[] => [...gradientsOf(({ x: t }) => tf.sum(f(t)), { x }).x.dataSync()];
      assert.deepEqual(gradient(absolute), [-1, 0, 1]);
      assert.deepEqual(gradient(relu), [0, 0, 1]);
      assert.deepEqual(gradient((t) => clip(t, -1, 0)), [1, 1, 0]);
      assert.deepEqual(gradient((t) => maximum(tf.scalar(0), t)), [0, 0, 1]);
    });
  });
});
