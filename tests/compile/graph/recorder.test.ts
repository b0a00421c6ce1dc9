import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { DTYPE, Graph, type Value } from '../../../lib/compile/graph/graph.ts';
import { record, type Recording } from '../../../lib/compile/graph/recorder.ts';
import { Session, type Feed } from '../../../lib/compile/graph/session.ts';
import { tf } from '../../../lib/engine/tf.ts';
import { standardOps } from '../../../lib/ops/index.ts';
import { fixtureCase, type Numbers, type OpCase } from '../../conformance/case.ts';
import { argumentsOf, evaluator, gradientsOf, newTrace, projection, type Arguments } from '../../conformance/run.ts';
import { nativeEngine } from '../../support/native.ts';

before(nativeEngine);

interface Recorded {
  readonly title: string;
  readonly values: readonly Value[];
  readonly expected: readonly Tensor[];
}

/** What an op gives and all its gradients, in one order. */
function outcome(c: OpCase, args: Arguments): Tensor[] {
  const run = evaluator(c, args, newTrace());
  const outputs = run(args.free);
  const differentiable = !c.op.traits?.nondifferentiable && outputs.some((y) => y.dtype === 'float32');
  const gradients = differentiable ? gradientsOf((free) => projection(c, run(free)), args.free) : {};
  return [...outputs, ...Object.values(gradients)];
}

/** The case's arguments as placeholders, and what to feed them. */
function symbolic(c: OpCase, at: string, { graph, tensor }: Recording, feeds: Feed[]): Arguments {
  const make = (name: string, x: Numbers): Tensor => {
    const value = graph.placeholder(`${at}_${name}`.replace(/\W/g, '_'), { dtype: DTYPE[x.dtype], shape: x.shape });
    feeds.push({ value, data: x.data });
    return tensor(value);
  };
  const free: Record<string, Tensor> = {};
  const fixed: Record<string, Tensor> = {};
  c.inputs.forEach((x, i) => { if (x) (x.dtype === 'float32' ? free : fixed)[`input ${i}`] = make(`input${i}`, x); });
  for (const [name, w] of Object.entries(c.weights)) (c.trainable.includes(name) ? free : fixed)[`weight ${name}`] = make(name, w);
  return { free, fixed };
}

/** A placeholder cannot be fetched itself. */
const fetched = (graph: Graph, v: Value): Value => graph.one('Identity', [v], { T: { type: v.dtype } }, v);

describe('a recorded graph computes what the engine computes', () => {
  const cases = standardOps.flatMap((op) => (op.traits?.listwise !== undefined || op.traits?.higherOrder !== undefined ? [] : op.examples.map((_, i) => fixtureCase(op, i))));

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
