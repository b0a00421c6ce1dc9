import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { compileModel } from '../../lib/compile/model.ts';
import { diskFiles } from '../../lib/compose/files.ts';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { tf } from '../../lib/engine/tf.ts';
import { createContext, loadGraphFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { nativeEngine } from '../support/native.ts';

before(nativeEngine);

const registry = standardRegistry();
const file = path.resolve('recomputed.yaml');

function load(text: string): ReturnType<typeof loadGraphFile> {
  return loadGraphFile(file, createContext(registry, diskFiles(new Map([[file, text]]))));
}

// The block has two outputs, one of which is its input, reads a value made between its nodes, and holds a weight twice used.
const net = (remat: boolean): string => `kind: graph
name: recomputed
inputs: { x: [N, 6, 6, 3] }
graphs:
  inner:
    inputs: { x: [N, H, W, C], by: [N, H, W, C] }
    nodes:
      conv: { op: conv2d, in: x, channels: $C, kernel: 3, padding: same }
      act: { op: tanh, in: conv }
      twice: { op: conv2d, in: act, channels: $C, kernel: 3, padding: same, share: conv }
      mixed: { op: multiply, in: [twice, by] }
      same: { op: identity, in: x }
      low: { op: stop-gradient, in: act }
    outputs: { mixed: mixed, same: same, low: low }
nodes:
  by: { op: sigmoid, in: x }
  block: { graph: inner, in: { x: x, by: by }, remat: ${String(remat)} }
  sum: { op: add, in: [block.mixed, block.same] }
  out: { op: multiply, in: [sum, block.low] }
outputs: { out: out }
`;

describe('a recomputed block in a model', () => {
  const values = (f: (call: (x: Tensor) => Tensor, kernel: Tensor) => Tensor[]): number[][] => [false, true].map((remat) => {
    const model = compileModel(load(net(remat)), { registry, seed: 1 });
    const numbers = tf.tidy(() => f((x) => tf.sum(tf.square(model.call({ x }).out)), model.variables[0]).flatMap((t) => [...t.dataSync()]));
    model.dispose();
    return numbers;
  });
  const x = (): Tensor => tf.reshape(tf.sin(tf.range(0, 2 * 6 * 6 * 3)), [2, 6, 6, 3]);

  test('gives the values, the gradients of the input and the weights, bit by bit', () => {
    const [plain, again] = values((call) => {
      const { value, grads } = tf.variableGrads(() => call(x()) as never);
      return [value, ...Object.values(grads), tf.grad(call)(x())];
    });
    assert.ok(plain.length > 200);
    assert.deepEqual(again, plain);
  });

  test('gives gradients of gradients', () => {
    const penalty = (call: (t: Tensor) => Tensor): Tensor => tf.sum(tf.square(tf.grad(call)(x())));
    const [plain, again] = values((call) => Object.values(tf.variableGrads(() => penalty(call) as never).grads));
    assert.ok(plain.some((v) => v !== 0));
    // The sums have another order.
    again.forEach((v, i) => assert.ok(Math.abs(v - plain[i]) <= 1e-5 * Math.abs(plain[i]) + 1e-6, `${v} and ${plain[i]}`));
  });

  test('leaves no tensor', () => {
    const model = compileModel(load(net(true)), { registry });
    const tensors = tf.memory().numTensors;
    tf.tidy(() => void tf.grad((t: Tensor) => tf.sum(model.call({ x: t }).out))(x()));
    assert.equal(tf.memory().numTensors, tensors);
    model.dispose();
  });
});

test('a gradient inside a block is refused, at its place', () => {
  const text = `kind: graph
name: refused
inputs: { x: [N, 4] }
graphs:
  slope:
    inputs: { x: [N, D] }
    nodes:
      y: { op: square, in: x }
      by: { op: gradient, in: { of: y, to: x } }
    outputs: { by: by }
nodes: { block: { graph: slope, in: x, remat: true } }
outputs: { out: block }
`;
  assert.throws(() => load(text), (e) => e instanceof DiagnosticError && e.diagnostics[0].code === 'normalize/remat' && e.diagnostics[0].span?.line === 9);
});
