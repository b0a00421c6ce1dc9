import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { initialWeights } from '../../../lib/compile/initial-weights.ts';
import { compileModel } from '../../../lib/compile/model.ts';
import { tf } from '../../../lib/engine/tf.ts';
import type { IrGraph } from '../../../lib/ir/ir.ts';
import { createContext, loadGraphFile } from '../../../lib/plan/load.ts';
import { fillUniform } from '../../../lib/random/fill.ts';
import { isConcrete } from '../../../lib/shape/dim.ts';
import type { Weights } from '../../../lib/weights/weights.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';
import { nativeEngine } from '../../support/native.ts';

before(nativeEngine);

const registry = standardRegistry();
const context = createContext(registry);

interface Shipped {
  readonly file: string;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Batch, height and width of pictures. */
  readonly sizes: readonly (readonly [n: number, h: number, w: number])[];
}

const CLIP = { width: 32, depth: 2, heads: 2, units: 16 };
const FACEDANCER_UP = [...[32, 32].map((channels) => ({ skip: 'fuse-none', channels })), ...[16, 8, 4].map((channels) => ({ skip: 'fuse-affa', channels }))];
const ODD = [[1, 32, 32], [1, 37, 45], [2, 33, 40]] as const;

const SHIPPED: readonly Shipped[] = [
  { file: 'generators/facechanger', set: { width: 8 }, sizes: ODD },
  { file: 'generators/facechanger', set: { width: 4, depth: 3, norms: ['batch'], 'map-id': true }, sizes: ODD },
  { file: 'generators/facechanger', set: { width: 4, depth: 2, norms: ['layer', 'batch'] }, sizes: [[1, 32, 32]] },
  { file: 'generators/facechanger-literal', set: { width: 4 }, sizes: [[1, 32, 32], [2, 48, 32]] },
  { file: 'generators/facedancer', set: { down: [8, 16, 32, 32, 32], deepest: 32, up: FACEDANCER_UP }, sizes: [[1, 64, 64]] },
  { file: 'generators/simswap', set: { width: 4, depth: 2 }, sizes: ODD.slice(0, 1) },
  { file: 'generators/aei', set: { start: 16, body: [16, 16, 16, 8, 8, 8, 8] }, sizes: [[1, 256, 256]] },
  { file: 'encoders/aei-attributes', set: { down: [4, 8, 8, 8, 16], up: [16, 8, 8, 8] }, sizes: [[1, 64, 64]] },
  { file: 'encoders/clip-image', set: { ...CLIP, patch: 16 }, sizes: [[1, 64, 64]] },
  { file: 'encoders/clip-text', set: { ...CLIP, vocabulary: 50 }, sizes: [[1, 0, 0]] },
  { file: 'encoders/face-recognition', sizes: [[1, 64, 64]] },
  { file: 'encoders/fan-4', set: { stacks: 1 }, sizes: [[1, 64, 64]] },
  { file: 'encoders/iresnet50', set: { depths: [1, 1, 2, 1] }, sizes: [[1, 112, 112]] },
  { file: 'encoders/iresnet100', set: { depths: [1, 1, 1, 1] }, sizes: [[1, 112, 112]] },
  { file: 'encoders/vgg16', set: { size: 32 }, sizes: [[1, 40, 33]] },
  { file: 'encoders/vgg19', set: { size: 32 }, sizes: [[1, 32, 32]] },
  { file: 'critics/patchgan', set: { width: 8 }, sizes: ODD },
  { file: 'critics/patchgan', set: { width: 8, norm: 'instance' }, sizes: ODD.slice(0, 1) },
];

describe('what a folded graph predicts is what the eager model predicts', () => {
  for (const { file, set = {}, sizes } of SHIPPED) {
    it(`${file} ${JSON.stringify(set)}`, () => {
      const graph = loadGraphFile(`graphs/${file}.yaml`, context, { set: Object.entries(set).map(([k, v]) => `/params/${k}=${JSON.stringify(v)}`), ...(file.startsWith('generators') ? { dims: { D: 24 } } : {}) });
      const options = { registry, weights: weightsOf(graph), trainable: false };
      const [folded, eager] = [compileModel(graph, options), compileModel(graph, { ...options, eager: true })];
      for (const size of sizes) {
        const inputs = Object.fromEntries(graph.inputs.map((i) => [i.name, inputFor(i, size)]));
        const [got, expected] = [folded.predict(inputs), eager.predict(inputs)];
        assert.deepEqual(Object.keys(got), Object.keys(expected));
        for (const name of Object.keys(expected)) close(`${name} at ${size.join('x')}`, got[name], expected[name]);
        tf.dispose([inputs, got, expected]);
      }
      folded.dispose();
      eager.dispose();
      assert.equal(tf.memory().numTensors, 0);
    });
  }
});

/** Weights of the seed, and statistics and scales that change what they normalise. */
function weightsOf(graph: IrGraph): Weights {
  const weights = new Map(initialWeights(graph, 0));
  for (const [id, { shape, data }] of weights) {
    const [, kind] = /\.(mean|variance|scale|offset)$/.exec(id) ?? [];
    if (kind === undefined) continue;
    const drawn = new Float32Array(data.length);
    fillUniform(drawn, 3, [id]);
    weights.set(id, { shape, data: drawn.map((v) => (kind === 'variance' || kind === 'scale' ? 0.5 + v : v - 0.5)) });
  }
  return weights;
}

function inputFor({ name, shape, dtype }: IrGraph['inputs'][number], [n, h, w]: readonly [number, number, number]): Tensor {
  const letters = [n, h, w];
  const sizes = shape.map((d, i) => (isConcrete(d) ? d : shape.length === 2 && i === 1 ? 24 : letters[i]));
  const data = new Float32Array(sizes.reduce((a, b) => a * b, 1));
  fillUniform(data, 9, [name, ...sizes]);
  return dtype === 'int32' ? tf.tensor(Int32Array.from(data, (v) => Math.floor(50 * v)), sizes, 'int32') : tf.tensor(data, sizes);
}

function close(title: string, got: Tensor, expected: Tensor): void {
  assert.deepEqual(got.shape, expected.shape, title);
  assert.equal(got.dtype, expected.dtype, title);
  const [a, b] = [got.dataSync(), expected.dataSync()];
  let [off, most] = [0, 1];
  for (let i = 0; i < a.length; i++) {
    assert.ok(Number.isFinite(a[i]) && Number.isFinite(b[i]), title);
    off = Math.max(off, Math.abs(a[i] - b[i]));
    most = Math.max(most, Math.abs(b[i]));
  }
  assert.ok(off <= 1e-5 * most, `${title}: off by ${off}, largest value ${most}`);
}
