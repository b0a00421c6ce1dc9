import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { DTYPE, Graph, type Value } from '../../../lib/compile/graph/graph.ts';
import { record } from '../../../lib/compile/graph/recorder.ts';
import { Session, type Feed } from '../../../lib/compile/graph/session.ts';
import { tf } from '../../../lib/engine/tf.ts';
import { argumentsOf } from '../../conformance/run.ts';
import { nativeEngine } from '../../support/native.ts';
import { cases, fetched, outcome, symbolic } from './cases.ts';

before(nativeEngine);

interface Recorded {
  readonly title: string;
  readonly values: readonly Value[];
  readonly expected: readonly Tensor[];
}

describe('a recorded graph computes what the engine computes', () => {
  it('every op and its gradients, in one graph', () => {
    const graph = new Graph();
    const feeds: Feed[] = [];
    const recorded = cases.map((c, k): Recorded => {
      const expected = tf.tidy(() => outcome(c, argumentsOf(c)));
      const values = record(graph, (r) => outcome(c, symbolic(c, `c${k}`, r, feeds)).map((t) => fetched(graph, r.value(t))));
      assert.deepEqual(values.map((v) => v.shape), expected.map((t) => t.shape), c.title);
      return { title: c.title, values, expected };
    });
    const session = new Session(graph.nodes);
    const results = session.run(feeds, recorded.flatMap((r) => r.values));
    session.dispose();
    let at = 0;
    for (const { title, expected } of recorded) {
      expected.forEach((t, i) => close(`${title}, result ${i}`, results[at++] as Float32Array, t.dataSync() as Float32Array));
      tf.dispose([...expected]);
    }
    assert.ok(at > 300, `${at} results compared`);
  });

  it('refuses to read numbers', () => {
    assert.throws(() => record(new Graph(), ({ graph, tensor }) => tensor(graph.placeholder('x', { dtype: DTYPE.float32, shape: [2] })).dataSync()), /not known before a step runs/);
  });

  it('goes back to the engine, with no tensor left', () => {
    const tensors = tf.memory().numTensors;
    record(new Graph(), ({ graph, tensor }) => void tf.add(tensor(graph.placeholder('x', { dtype: DTYPE.float32, shape: [2] })), 1));
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual([...tf.tidy(() => tf.add([1, 2], 1).dataSync())], [2, 3]);
  });

  it('merges equal nodes', () => {
    const graph = new Graph();
    record(graph, ({ tensor }) => {
      const x = tensor(graph.placeholder('x', { dtype: DTYPE.float32, shape: [2] }));
      return [tf.exp(tf.add(x, 1)), tf.exp(tf.add(x, 1))].length;
    });
    assert.equal(graph.nodes.filter((n) => n.op === 'Exp').length, 1);
  });
});

function close(title: string, got: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(got.length, expected.length, title);
  let [error, norm] = [0, 0];
  for (let i = 0; i < got.length; i++) {
    if (Object.is(got[i], expected[i])) continue;
    error += (got[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  assert.ok(Math.sqrt(error) <= 1e-5 * Math.sqrt(norm) + 1e-6, `${title}: off by ${Math.sqrt(error)} of ${Math.sqrt(norm)}`);
}
