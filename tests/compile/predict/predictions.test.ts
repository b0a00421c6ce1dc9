import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { compileModel, type CompileOptions, type Model } from '../../../lib/compile/model.ts';
import { diskFiles } from '../../../lib/compose/files.ts';
import type { NativeBackend } from '../../../lib/engine/native-binding.ts';
import { tf } from '../../../lib/engine/tf.ts';
import { createContext, loadGraphFile } from '../../../lib/plan/load.ts';
import { defineOp } from '../../../lib/registry/op.ts';
import { createRegistry } from '../../../lib/registry/registry.ts';
import { standardOps } from '../../../lib/ops/index.ts';
import { nativeEngine } from '../../support/native.ts';

before(nativeEngine);

const reads = defineOp({ name: 'reads', doc: 'Reads its input\'s numbers.', attrs: {}, inputs: ['x'], shape: (_a, [x]) => [x], build: () => ([x]) => [tf.tensor(x.dataSync(), x.shape)], examples: [] });
const registry = createRegistry({ ops: [...standardOps, reads] });
const file = path.resolve('graphs/of-a-test.yaml');

/** A model of nodes over an input x [N, H, W, 4]. */
function model(nodes: string, options: Partial<CompileOptions> = {}): Model {
  const text = `kind: graph\nname: of-a-test\ninputs: { x: [N, H, W, 4] }\nnodes:\n${nodes.trim().split('\n').map((l) => `  ${l.trim()}`).join('\n')}\noutputs: { y: last }\n`;
  return compileModel(loadGraphFile(file, createContext(registry, diskFiles(new Map([[file, text]])))), { registry, ...options });
}

const LAYERS = `
conv: { op: conv2d, in: x, channels: 6, kernel: 3 }
last: { op: batch-norm, in: conv }`;

const picture = (n = 1, size = 8, seed = 1): Tensor => tf.randomUniform([n, size, size, 4], -1, 1, 'float32', seed);
const sessions = (): number => (tf.findBackend('tensorflow') as NativeBackend).binding.getNumOfSavedModels();

function numbers(outputs: Record<string, Tensor>): number[] {
  const values = [...outputs.y.dataSync()];
  tf.dispose(outputs);
  return values;
}

const eagerly = (m: Model, x: Tensor): number[] => numbers({ y: tf.tidy(() => m.call({ x }).y) });
const near = (a: readonly number[], b: readonly number[]): void => a.forEach((v, i) => assert.ok(Math.abs(v - b[i]) < 1e-5, `${v} for ${b[i]}`));

describe('predict', () => {
  it('sees weights that were assigned since', () => {
    const m = model(LAYERS);
    const x = picture();
    const first = numbers(m.predict({ x }));
    near(first, eagerly(m, x));
    m.variables.forEach((v) => tf.tidy(() => v.assign(tf.mul(v, 1.5))));
    const second = numbers(m.predict({ x }));
    near(second, eagerly(m, x));
    assert.notDeepEqual(first, second);
    assert.equal(sessions(), 1, 'new weights go into the session that is there');
    m.dispose();
    x.dispose();
  });

  it('follows an optimiser that trains through call', () => {
    const m = model(LAYERS);
    const x = picture(2);
    const sgd = tf.train.sgd(0.1);
    for (let step = 0; step < 3; step++) {
      sgd.minimize(() => tf.mean(tf.square(m.call({ x }).y)), false, [...m.variables]);
      near(numbers(m.predict({ x })), eagerly(m, x));
    }
    m.dispose();
    x.dispose();
  });

  it('keeps a session for each of four input shapes, and drops the one longest unused', () => {
    const m = model(LAYERS);
    for (const size of [8, 9, 10, 11, 12, 13, 9]) {
      const x = picture(1, size);
      near(numbers(m.predict({ x })), eagerly(m, x));
      x.dispose();
      assert.ok(sessions() <= 4);
    }
    m.dispose();
    assert.equal(sessions(), 0);
  });

  it('leaves nothing but its outputs, and nothing after dispose', () => {
    const tensors = tf.memory().numTensors;
    const m = model(LAYERS);
    const x = picture();
    const held = tf.memory().numTensors;
    const outputs = m.predict({ x });
    assert.equal(tf.memory().numTensors, held + 1);
    const kept = tf.tidy(() => m.predict({ x }).y);
    assert.equal(tf.memory().numTensors, held + 2, 'a surrounding tidy owns the outputs');
    tf.dispose([outputs, kept, x]);
    m.dispose();
    assert.equal(sessions(), 0);
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('gives an input back where the graph does', () => {
    const m = model('last: { op: identity, in: x }');
    const x = picture();
    assert.deepEqual(numbers(m.predict({ x })), [...x.dataSync()]);
    m.dispose();
    x.dispose();
  });

  it('names a missing input and one of another rank', () => {
    const m = model(LAYERS);
    assert.throws(() => m.predict({}), /the input "x" is missing/);
    tf.tidy(() => assert.throws(() => m.predict({ x: tf.zeros([3]) }), /expected \[N, H, W, 4\]|received \[3\]/));
    m.dispose();
  });

  it('says what to do about an op that reads numbers', () => {
    const x = picture();
    const whole = model('last: { op: reads, in: x }');
    assert.throws(() => whole.predict({ x }), /eager: true/);
    whole.dispose();
    const single = model('last: { op: reads, in: x }', { eager: true });
    assert.deepEqual(numbers(single.predict({ x })), [...x.dataSync()]);
    single.dispose();
    x.dispose();
  });
});
