import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { DTYPE, Graph, type GraphNode, type Value } from '../../../../lib/compile/graph/graph.ts';
import { mixedPrecision } from '../../../../lib/compile/graph/mixed/mixed-precision.ts';
import { record, type Recording } from '../../../../lib/compile/graph/recorder.ts';
import { Session } from '../../../../lib/compile/graph/session.ts';
import { tf } from '../../../../lib/engine/tf.ts';
import { fillUniform } from '../../../../lib/random/fill.ts';
import { nativeEngine } from '../../../support/native.ts';

before(nativeEngine);

const isLow = ({ op, outputs }: GraphNode): boolean => op !== 'Cast' && outputs.some((o) => o.dtype === DTYPE.bfloat16);
const casts = (nodes: readonly GraphNode[]): string[] => nodes.filter((n) => n.op === 'Cast' && /float(16|32)$/.test(n.name)).map((n) => `${n.inputs[0].replace(/^n\d+_/, '')} ${n.outputs[0].dtype === DTYPE.bfloat16 ? 'down' : 'up'}`);
const fetchable = (graph: Graph, v: Value): Value => graph.one('Identity', [v], { T: { type: v.dtype } }, v);

function random(shape: readonly number[], name: string): Float32Array {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  fillUniform(data, 1, [name]);
  return data.map((v) => v - 0.5);
}

const shapes = { x: [2, 16, 16, 8], first: [3, 3, 8, 16], bias: [16], second: [3, 3, 16, 8] } as const;

/** Placeholders of the shapes above and what `body` makes of them. */
function recorded(body: (inputs: Record<keyof typeof shapes, Tensor>, recording: Recording) => Tensor[]): { graph: Graph; inputs: Value[]; outputs: Value[] } {
  const graph = new Graph();
  const inputs = Object.entries(shapes).map(([name, shape]) => graph.placeholder(name, { dtype: DTYPE.float32, shape }));
  const outputs = record(graph, (recording) => {
    const tensors = Object.fromEntries(inputs.map((v) => [v.node, recording.tensor(v)])) as Record<keyof typeof shapes, Tensor>;
    return body(tensors, recording).map((t) => fetchable(graph, recording.value(t)));
  });
  return { graph, inputs, outputs };
}

function run(nodes: readonly GraphNode[], inputs: readonly Value[], outputs: readonly Value[]): Float32Array[] {
  const session = new Session(nodes);
  const results = session.run(inputs.map((value) => ({ value, data: random(value.shape, value.node) })), outputs);
  session.dispose();
  return results as Float32Array[];
}

const conv = (x: Tensor, kernel: Tensor): Tensor => tf.conv2d(x as Tensor4D, kernel as Tensor4D, 1, 'same');

describe('mixed precision', () => {
  it('keeps what lies between two convolutions in bfloat16, and a loss in float32', () => {
    const { graph, inputs, outputs } = recorded(({ x, first, bias, second }) => [tf.mean(conv(tf.relu(tf.mul(conv(x, first), bias)), second))]);
    const before = JSON.stringify(graph.nodes);
    const mixed = mixedPrecision(graph.nodes, outputs);
    assert.equal(JSON.stringify(graph.nodes), before, 'the float32 graph is left as it is');
    assert.deepEqual(mixed.filter(isLow).map((n) => n.op), ['Conv2D', 'Mul', 'Relu', 'Conv2D']);
    assert.deepEqual(casts(mixed).sort(), ['Conv2D up', 'bias down', 'first down', 'second down', 'x down']);
    const [[exact], [rough]] = [run(graph.nodes, inputs, outputs)[0], run(mixed, inputs, outputs)[0]];
    assert.ok(exact !== rough && Math.abs(exact - rough) < 0.02 * Math.abs(exact) + 1e-3, `${exact} and ${rough}`);
  });

  it('casts a value once for all its readers', () => {
    const { graph, outputs } = recorded(({ x, first }) => [tf.mean(conv(x, first)), tf.mean(conv(tf.relu(x), first)), tf.sum(x)]);
    assert.deepEqual(casts(mixedPrecision(graph.nodes, outputs)).sort(), ['Conv2D up', 'Conv2D up', 'first down', 'x down'].sort());
  });

  it('leaves what is read in float32 alone in float32, and moves a cast before a padding', () => {
    const { graph, outputs } = recorded(({ x, first }) => {
      const padded = tf.mirrorPad(x as Tensor4D, [[0, 0], [1, 1], [1, 1], [0, 0]], 'reflect');
      return [tf.sum(tf.mul(tf.conv2d(padded as Tensor4D, first as Tensor4D, 1, 'valid'), 3))];
    });
    const mixed = mixedPrecision(graph.nodes, outputs);
    assert.deepEqual(mixed.filter(isLow).map((n) => n.op), ['Reshape', 'GatherV2', 'Reshape', 'Conv2D']);
  });

  it('takes no product into bfloat16 that would not pay, and nothing that follows only it', () => {
    const { graph, outputs } = recorded(({ first, bias }) => [tf.relu(tf.matMul(tf.reshape(bias, [1, 16]), tf.reshape(first, [16, 72])))]);
    assert.deepEqual(mixedPrecision(graph.nodes, outputs), graph.nodes);
    assert.ok(mixedPrecision(graph.nodes, outputs, 0).some(isLow));
  });

  it('gives fetched values in float32, with the names they had', () => {
    const { graph, inputs } = recorded(({ x, first }) => [conv(x, first)]);
    const value = { node: graph.nodes.find((n) => n.op === 'Conv2D')?.name as string, port: 0, dtype: DTYPE.float32, shape: [2, 16, 16, 16] };
    const [exact] = run(graph.nodes, inputs, [value]);
    const [fetched] = run(mixedPrecision(graph.nodes, [value]), inputs, [value]);
    assert.deepEqual(fetched, exact);
  });

  it('keeps the statistics of normalisation in float32', () => {
    const { graph, inputs, outputs } = recorded(({ x, first, second }) => {
      const y = conv(x, first);
      const { mean, variance } = tf.moments(y, [1, 2], true);
      return [tf.mean(tf.square(conv(tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, 1e-5))), second))), variance];
    });
    const mixed = mixedPrecision(graph.nodes, outputs);
    assert.deepEqual([...new Set(mixed.filter(isLow).map((n) => n.op))], ['Conv2D']);
    const [exact, rough] = [run(graph.nodes, inputs, outputs), run(mixed, inputs, outputs)];
    assert.ok(Math.abs(rough[0][0] / exact[0][0] - 1) < 0.02);
    rough[1].forEach((v, i) => assert.ok(Math.abs(v / exact[1][i] - 1) < 0.02, `variance ${v} and ${exact[1][i]}`));
  });
});
